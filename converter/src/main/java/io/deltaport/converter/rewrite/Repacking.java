package io.deltaport.converter.rewrite;

import static java.lang.Math.toIntExact;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Block;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.StoredWeight.Packed;
import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Four-bit matrices of AWQ, GPTQ and compressed-tensors as int4 of the ops, without any rounding:
 * {@code codebook[i] = i} and zero points of their own.
 */
public final class Repacking {
  private static final List<Float> CODEBOOK =
      IntStream.range(0, 16).mapToObj(i -> (float) i).toList();

  private Repacking() {}

  /**
   * Whether the op's int4 holds the matrix exactly: float16 scales for runs of 32, 64 or 128
   * columns.
   */
  public static boolean fits(Packed source) {
    boolean block = source.group() == 32 || source.group() == 64 || source.group() == 128;
    return source.packing().bits() == 4
        && block
        && source.scales().dtype() == DType.F16
        && source.grouping() == Packed.Grouping.RUNS;
  }

  /** The matrix in a file yet to be laid out. */
  static Weight target(Packed source) {
    long rows = source.shape().dim(0);
    Shape groups = Shape.of(rows, source.groups());
    return new Weight(
        source.name(),
        source.id(),
        Format.INT4,
        source.shape(),
        new Block(1, source.group()),
        new Part("", DType.U8, Shape.of(rows, (source.shape().dim(1) + 1) / 2), 0),
        Optional.of(new Part("", DType.F16, groups, 0)),
        Optional.of(new Part("", DType.U8, groups, 0)),
        Optional.empty(),
        CODEBOOK);
  }

  /** Refuses a {@code g_idx} that permutes columns although the config says that it does not. */
  static void requireRuns(Packed source, ShardBytes bytes) {
    int[] groupOf = PackedRows.groupOf(source, bytes);
    for (int column = 0; column < groupOf.length; column++) {
      if (groupOf[column] != column / source.group()) {
        throw ConverterException.refused(
            source.name() + ": g_idx",
            "group " + column / source.group() + " for column " + column + ", as without desc_act",
            Integer.toString(groupOf[column]));
      }
    }
  }

  static void encode(Packed source, PackedTile tile, int rows, EncodedRows out) {
    int columns = toIntExact(source.shape().dim(1));
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column += 2) {
        int at = row * columns + column;
        int high = column + 1 < columns ? tile.codes[at + 1] : 0;
        out.data().put((byte) (tile.codes[at] | high << 4));
      }
    }
    for (float scale : tile.scales) {
      out.scales().putShort(Floats.toF16(scale));
    }
    for (int zeroPoint : tile.zeroPoints) {
      if (zeroPoint > 15) {
        throw ConverterException.refused(
            source.name() + ": zero point", "0 to 15, or another --precision", "" + zeroPoint);
      }
      out.zeroPoints().put((byte) zeroPoint);
    }
  }
}
