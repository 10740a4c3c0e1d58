package io.deltaport.evaluate.parity;

import io.deltaport.loader.tensor.Tensor;
import io.deltaport.loader.tensor.TensorData;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/** An F32 tensor of a reference as a table over its last axis, read one row at a time. */
final class ReferenceRows implements AutoCloseable {
  private final TensorData data;
  private final ByteBuffer row;

  private ReferenceRows(TensorData data, int width) {
    this.data = data;
    this.row = ByteBuffer.allocate(Math.multiplyExact(4, width)).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Opens a tensor whose last axis must be {@code width} long, as ours is. */
  static ReferenceRows open(Tensor tensor, int width) {
    long found = tensor.shape().dim(tensor.shape().rank() - 1);
    if (found != width) {
      throw ReferenceTensors.refused(
          tensor, "a last axis of " + width + ", as the model's", String.valueOf(found));
    }
    return new ReferenceRows(TensorData.open(tensor), width);
  }

  /** One row; valid until the next is read. */
  FloatBuffer row(long index) {
    data.read(Math.multiplyExact(index, row.capacity()), row.clear());
    FloatBuffer floats = row.flip().asFloatBuffer();
    for (int i = 0; i < floats.limit(); i++) {
      if (!Float.isFinite(floats.get(i))) {
        throw ReferenceTensors.refused(
            data.tensor(), "finite values", floats.get(i) + " in row " + index);
      }
    }
    return floats;
  }

  @Override
  public void close() {
    data.close();
  }
}
