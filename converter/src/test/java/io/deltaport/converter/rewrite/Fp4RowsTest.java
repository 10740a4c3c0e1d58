package io.deltaport.converter.rewrite;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Block;
import io.deltaport.converter.weights.Factor;
import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Shard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The values that FP4 codes stand for. Rows are of 20 columns: a block, and a shorter one. */
class Fp4RowsTest {
  private static final int COLUMNS = 20;

  @TempDir Path temporary;

  @Test
  @DisplayName("the even element is in the low nibble; the factor of ModelOpt multiplies")
  void factorThatMultiplies() throws IOException {
    float[] values = read(DType.F8_E4M3, 16, Factor.Use.MULTIPLIES, 0.5f, 2);
    assertArrayEquals(expected(16, new float[] {1, 2, 3, 4}, 0.5f), values);
  }

  @Test
  @DisplayName("the factor of compressed-tensors divides")
  void factorThatDivides() throws IOException {
    float[] values = read(DType.F8_E4M3, 16, Factor.Use.DIVIDES, 4, 2);
    assertArrayEquals(expected(16, new float[] {1, 2, 3, 4}, 0.25f), values);
  }

  @Test
  @DisplayName("powers of two, their exponents plus 127")
  void powersOfTwo() throws IOException {
    float[] values = read(DType.U8, 8, Factor.Use.MULTIPLIES, Float.NaN, 2);
    assertArrayEquals(expected(8, new float[] {0.5f, 1, 2, 4, 8, 16}, 1), values);
  }

  @Test
  void rowsFromTheMiddle() throws IOException {
    float[] second = read(DType.F8_E4M3, 16, Factor.Use.MULTIPLIES, 1, 1);
    float[] both = expected(16, new float[] {1, 2, 3, 4}, 1);
    assertArrayEquals(java.util.Arrays.copyOfRange(both, COLUMNS, 2 * COLUMNS), second);
  }

  @Test
  void aFactorOfZero() {
    ConverterException e =
        assertThrows(
            ConverterException.class, () -> read(DType.F8_E4M3, 16, Factor.Use.DIVIDES, 0, 2));
    assertEquals(
        "m: w: the factor of its scales: expected a finite number above 0, found 0.0",
        e.getMessage());
  }

  @Test
  void exponents() {
    assertEquals(0x1p-127f, Floats.powerOfTwo((byte) 0));
    assertEquals(0x1p-126f, Floats.powerOfTwo((byte) 1));
    assertEquals(1, Floats.powerOfTwo((byte) 127));
    assertEquals(0x1p127f, Floats.powerOfTwo((byte) 254));
    assertEquals(Float.NaN, Floats.powerOfTwo((byte) 255));
  }

  /** Code {@code (row + column) % 16} in column {@code column}. */
  private static int code(int row, int column) {
    return (row + column) % 16;
  }

  private static float[] expected(int block, float[] scales, float factor) {
    float[] e2m1 = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
    int blocks = (COLUMNS + block - 1) / block;
    float[] values = new float[2 * COLUMNS];
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < COLUMNS; column++) {
        int code = code(row, column);
        float value = code < 8 ? e2m1[code] : -e2m1[code - 8];
        values[row * COLUMNS + column] = value * scales[row * blocks + column / block] * factor;
      }
    }
    return values;
  }

  /** The last {@code count} rows of two; a factor that is no number stands for none. */
  private float[] read(DType scaleType, int block, Factor.Use use, float factor, int count)
      throws IOException {
    int blocks = (COLUMNS + block - 1) / block;
    ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < COLUMNS; column += 2) {
        bytes.put((byte) (code(row, column) | code(row, column + 1) << 4));
      }
    }
    long scalesAt = bytes.position();
    // 1, 2, 3, 4 in e4m3; exponents from -1 on.
    byte[] scales =
        scaleType == DType.U8
            ? new byte[] {126, 127, (byte) 128, (byte) 129, (byte) 130, (byte) 131}
            : new byte[] {0x38, 0x40, 0x44, 0x48};
    bytes.put(scales);
    long factorAt = bytes.position();
    bytes.putFloat(factor);
    Path file = temporary.resolve("m");
    Files.write(file, bytes.array());
    Weight weight =
        new Weight(
            "w",
            Role.MLP_DOWN.at(0),
            Format.FP4,
            Shape.of(2, COLUMNS),
            new Block(1, block),
            new Part("m", DType.U8, Shape.of(2, COLUMNS / 2), 0),
            Optional.of(new Part("m", scaleType, Shape.of(2, blocks), scalesAt)),
            Optional.empty(),
            Float.isNaN(factor)
                ? Optional.empty()
                : Optional.of(new Factor(new Part("m", DType.F32, Shape.of(), factorAt), use)),
            List.of());
    float[] values = new float[count * COLUMNS];
    try (ShardBytes shards = new ShardBytes(List.of(new Shard(file, "m", 64, 8)))) {
      Rows.of(new StoredWeight.Plain(weight), shards).read(2 - count, count, values);
    }
    return values;
  }
}
