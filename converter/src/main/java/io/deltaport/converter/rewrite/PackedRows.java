package io.deltaport.converter.rewrite;

import static java.lang.Math.toIntExact;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.StoredWeight.Packed;
import io.deltaport.loader.Problem;
import java.nio.ByteBuffer;

/** Rows of a packed matrix: {@code scale * (code - zero point)} in float32. */
final class PackedRows implements Rows {
  private final Packed matrix;
  private final ShardBytes bytes;
  private final int[] groupOf;

  PackedRows(Packed matrix, ShardBytes bytes) {
    this.matrix = matrix;
    this.bytes = bytes;
    this.groupOf = groupOf(matrix, bytes);
  }

  @Override
  public void read(long first, int count, float[] values) {
    PackedTile tile = new PackedTile(matrix, bytes, first, count);
    int groups = toIntExact(matrix.groups());
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < groupOf.length; column++) {
        int at = row * groupOf.length + column;
        int group = row * groups + groupOf[column];
        values[at] = ((tile.codes[at] & 0xff) - tile.zeroPoints[group]) * tile.scales[group];
      }
    }
  }

  /** The group of each column: runs of {@code group} columns, or as a {@code g_idx} says. */
  static int[] groupOf(Packed matrix, ShardBytes bytes) {
    int[] groupOf = new int[toIntExact(matrix.shape().dim(1))];
    if (matrix.groupIndex().isEmpty()) {
      for (int column = 0; column < groupOf.length; column++) {
        groupOf[column] = (int) (column / matrix.group());
      }
      return groupOf;
    }
    Part index = matrix.groupIndex().get();
    ByteBuffer numbers = bytes.read(index, 0, groupOf.length * 4);
    for (int column = 0; column < groupOf.length; column++) {
      int group = numbers.getInt();
      if (group < 0 || group >= matrix.groups()) {
        throw new ConverterException(
            new Problem(
                index.file() + ": " + matrix.name() + ": g_idx",
                "groups below " + matrix.groups(),
                Integer.toString(group)));
      }
      groupOf[column] = group;
    }
    return groupOf;
  }
}
