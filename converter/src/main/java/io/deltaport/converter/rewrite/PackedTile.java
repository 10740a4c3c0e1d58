package io.deltaport.converter.rewrite;

import static java.lang.Math.multiplyExact;
import static java.lang.Math.toIntExact;

import io.deltaport.converter.weights.IntPacking;
import io.deltaport.converter.weights.IntPacking.Axis;
import io.deltaport.converter.weights.IntPacking.Storage;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.StoredWeight.Packed;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The codes, scales and zero points of some rows of a packed matrix. */
final class PackedTile {
  private final Packed matrix;
  private final IntPacking packing;
  private final ShardBytes bytes;
  private final long first;
  private final int rows;
  private final int columns;
  private final int groups;

  /** Codes {@code [rows, columns]}, unsigned. */
  final byte[] codes;

  /** Scales {@code [rows, groups]}. */
  final float[] scales;

  /** Zero points {@code [rows, groups]}. */
  final int[] zeroPoints;

  PackedTile(Packed matrix, ShardBytes bytes, long first, int rows) {
    this.matrix = matrix;
    this.packing = matrix.packing();
    this.bytes = bytes;
    this.first = first;
    this.rows = rows;
    this.columns = toIntExact(matrix.shape().dim(1));
    this.groups = toIntExact(matrix.groups());
    this.codes = new byte[multiplyExact(rows, columns)];
    this.scales = new float[multiplyExact(rows, groups)];
    this.zeroPoints = new int[scales.length];
    readCodes();
    readScales();
    readZeroPoints();
  }

  private void readCodes() {
    if (packing.axis() == Axis.OUT) {
      alongOut(
          matrix.codes(),
          columns,
          (row, column, code) -> codes[row * columns + column] = (byte) code);
    } else if (packing.storage() == Storage.OUT_IN) {
      int perRow = toIntExact(matrix.codes().shape().dim(1));
      ByteBuffer words =
          bytes.read(matrix.codes(), first * perRow * 4, multiplyExact(rows, perRow * 4));
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          int word = words.getInt((row * perRow + column / packing.perWord()) * 4);
          codes[row * columns + column] = (byte) packing.code(word, column);
        }
      }
    } else {
      for (int begin = 0; begin < columns; begin += packing.perWord()) {
        readRun(begin, Math.min(columns, begin + packing.perWord()));
      }
    }
  }

  /** The codes of one word's columns, of a tensor {@code [in / perWord, out]}. */
  private void readRun(int begin, int end) {
    long at = begin / packing.perWord() * matrix.shape().dim(0) + first;
    ByteBuffer words = bytes.read(matrix.codes(), at * 4, rows * 4);
    for (int row = 0; row < rows; row++) {
      int word = words.getInt();
      for (int column = begin; column < end; column++) {
        codes[row * columns + column] = (byte) packing.code(word, column);
      }
    }
  }

  private void readScales() {
    Part part = matrix.scales();
    int width = part.dtype().bits() / 8;
    if (packing.storage() == Storage.OUT_IN) {
      Floats.read(
          part.dtype(),
          bytes.read(part, first * groups * width, scales.length * width),
          scales,
          scales.length);
      return;
    }
    float[] column = new float[rows];
    for (int group = 0; group < groups; group++) {
      long at = (group * matrix.shape().dim(0) + first) * width;
      Floats.read(part.dtype(), bytes.read(part, at, rows * width), column, rows);
      for (int row = 0; row < rows; row++) {
        scales[row * groups + group] = column[row];
      }
    }
  }

  private void readZeroPoints() {
    if (matrix.zeroPoints().isEmpty()) {
      Arrays.fill(zeroPoints, packing.middle());
      return;
    }
    alongOut(
        matrix.zeroPoints().get(),
        groups,
        (row, group, code) -> zeroPoints[row * groups + group] = code + packing.zeroPointOffset());
  }

  private interface Sink {
    void put(int row, int other, int code);
  }

  /**
   * Codes packed along the output: {@code [others, out / perWord]}, or {@code [out / perWord,
   * others]}.
   */
  private void alongOut(Part part, int others, Sink sink) {
    long from = first / packing.perWord();
    int words = toIntExact((first + rows - 1) / packing.perWord() + 1 - from);
    boolean outIn = packing.storage() == Storage.OUT_IN;
    ByteBuffer all =
        outIn ? bytes.read(part, from * others * 4, multiplyExact(words, others * 4)) : null;
    for (int other = 0; other < others; other++) {
      ByteBuffer line =
          all != null ? all : bytes.read(part, (other * part.shape().dim(1) + from) * 4, words * 4);
      for (int row = 0; row < rows; row++) {
        int word = (int) ((first + row) / packing.perWord() - from);
        int index = outIn ? word * others + other : word;
        sink.put(row, other, packing.code(line.getInt(index * 4), first + row));
      }
    }
  }
}
