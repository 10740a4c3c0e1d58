package io.deltaport.converter.quantize;

import io.deltaport.converter.rewrite.Encoder;
import java.util.stream.IntStream;

/** Fits the block of a quantised matrix to its width. */
public final class Blocks {
  private static final int SMALLEST = 32;

  private Blocks() {}

  /**
   * The encoder with the largest block, not above its own, that divides the columns; where none
   * does, with the smallest, and the last block of a row is shorter.
   */
  public static Encoder fit(Encoder encoder, long columns) {
    int wanted = Math.toIntExact(encoder.block().columns());
    int block =
        IntStream.iterate(wanted, size -> size >= SMALLEST, size -> size / 2)
            .filter(size -> columns % size == 0)
            .findFirst()
            .orElse(SMALLEST);
    return switch (encoder.format()) {
      case INT8 -> new Int8Encoder(block);
      case INT4 -> new Int4Encoder(block);
      case F32, F16, BF16, FP8, FP4, E8M0 -> encoder;
    };
  }

  /** Whether a row ends in a shorter block. */
  public static boolean endsShort(Encoder encoder, long columns) {
    return columns % encoder.block().columns() != 0;
  }
}
