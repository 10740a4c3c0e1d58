package io.deltaport.converter.rewrite;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Buffers for the encoded parts of some rows.
 *
 * @param data little-endian
 * @param scales little-endian, empty where the format has none
 * @param zeroPoints empty where the format has none
 */
public record EncodedRows(ByteBuffer data, ByteBuffer scales, ByteBuffer zeroPoints) {
  /** Empty buffers of these sizes. */
  public static EncodedRows allocate(int data, int scales, int zeroPoints) {
    return new EncodedRows(buffer(data), buffer(scales), buffer(zeroPoints));
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
