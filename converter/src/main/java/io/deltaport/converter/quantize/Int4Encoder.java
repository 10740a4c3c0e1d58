package io.deltaport.converter.quantize;

import io.deltaport.converter.rewrite.EncodedRows;
import io.deltaport.converter.rewrite.Encoder;
import io.deltaport.converter.rewrite.Feedback;
import io.deltaport.converter.rewrite.Floats;
import io.deltaport.converter.weights.Block;
import io.deltaport.converter.weights.Sizes;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * int4 by {@link Codebook}, {@code w = scale * codebook[code]}, with the float16 scale that {@link
 * BlockScale} finds for each {@code columns} of a row.
 *
 * @param columns that share a scale
 */
public record Int4Encoder(int columns) implements Encoder {
  @Override
  public Format format() {
    return Format.INT4;
  }

  @Override
  public Block block() {
    return new Block(1, columns);
  }

  @Override
  public List<Float> codebook() {
    return Codebook.floatList();
  }

  @Override
  public DType dataType() {
    return DType.U8;
  }

  @Override
  public Shape dataShape(Shape weight) {
    return Shape.of(weight.dim(0), Sizes.ceilDiv(weight.dim(1), 2));
  }

  @Override
  public Optional<Shape> scaleShape(Shape weight) {
    return Optional.of(Shape.of(weight.dim(0), Sizes.ceilDiv(weight.dim(1), columns)));
  }

  @Override
  public void encode(
      String name, float[] values, int rows, int width, Feedback feedback, EncodedRows out) {
    Scales.requireFinite(name, values, rows * width);
    int blocks = Math.toIntExact(Sizes.ceilDiv(width, columns));
    short[] scales = new short[rows * blocks];
    byte[] codes = new byte[rows * width];
    BlockScale search = new BlockScale(name);
    // One block of columns after the other, so that the feedback's rows stay in the cache.
    for (int block = 0; block < blocks; block++) {
      int begin = block * columns;
      int end = Math.min(width, begin + columns);
      for (int row = 0; row < rows; row++) {
        int from = row * width;
        short bits = search.search(values, from + begin, from + end, feedback.importance(), begin);
        scales[row * blocks + block] = bits;
        round(values, from, begin, end, Floats.fromF16(bits), feedback, codes);
        for (int column = begin; column < end; column++) {
          feedback.spread(values[from + column], column, values, from, end, width);
        }
      }
    }
    out.scales().asShortBuffer().put(scales);
    out.scales().position(out.scales().position() + scales.length * Short.BYTES);
    pack(codes, rows, width, out);
  }

  /** Chooses the codes of a block, and leaves each value's error in its place. */
  private static void round(
      float[] values, int row, int begin, int end, float scale, Feedback feedback, byte[] codes) {
    float inverse = scale == 0 ? 0 : 1 / scale;
    for (int column = begin; column < end; column++) {
      float value = values[row + column];
      int code = Codebook.code(value * inverse);
      float error = value - scale * Codebook.value(code);
      feedback.spread(error, column, values, row, column + 1, end);
      codes[row + column] = (byte) code;
      values[row + column] = error;
    }
  }

  private static void pack(byte[] codes, int rows, int width, EncodedRows out) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < width; column += 2) {
        int at = row * width + column;
        int high = column + 1 < width ? codes[at + 1] : 0;
        out.data().put((byte) (codes[at] | high << 4));
      }
    }
  }
}
