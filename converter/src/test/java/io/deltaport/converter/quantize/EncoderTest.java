package io.deltaport.converter.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.rewrite.EncodedRows;
import io.deltaport.converter.rewrite.Encoder;
import io.deltaport.converter.rewrite.Feedback;
import io.deltaport.converter.rewrite.Floats;
import io.deltaport.directory.graph.Format;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EncoderTest {
  private static final int ROWS = 3;
  private static final int COLUMNS = 77;

  @Test
  void int8IsWithinHalfAStep() {
    float[] values = values();
    float[] read = read(new Int8Encoder(32), values);
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], read[i], 4f / 127 * 0.51f);
    }
  }

  @Test
  void int4IsAsExactAsItsCodebookAllows() {
    float[] values = values();
    assertTrue(error(values, read(new Int4Encoder(32), values)) < 0.073 * 0.073 * norm(values));
  }

  @Test
  void aCodeIsThatOfTheNearestValue() {
    List<Float> codebook = new Int4Encoder(32).codebook();
    for (float value = -140; value < 140; value += 0.125f) {
      float chosen = Math.abs(Codebook.value(Codebook.code(value)) - value);
      for (float other : codebook) {
        assertTrue(chosen <= Math.abs(other - value), "" + value);
      }
    }
  }

  @Test
  @DisplayName("the kernels' contract: a codebook is whole numbers that an int8 holds")
  void theCodebookFitsInt8() {
    for (float value : new Int4Encoder(32).codebook()) {
      assertEquals(Math.rint(value), value);
      assertTrue(Math.abs(value) <= 127);
    }
  }

  @Test
  void zerosStayZeroNearly() {
    float[] zeros = new float[ROWS * COLUMNS];
    for (float value : read(new Int4Encoder(64), zeros)) {
      assertEquals(0f, value);
    }
    for (float value : read(new Int8Encoder(64), zeros)) {
      assertEquals(0f, value);
    }
  }

  @Test
  void aValueThatIsNotFiniteIsRefused() {
    float[] values = values();
    values[5] = Float.NaN;
    assertThrows(ConverterException.class, () -> read(new Int8Encoder(32), values));
    assertThrows(ConverterException.class, () -> read(new Int4Encoder(32), values));
  }

  @Test
  void aScaleBeyondFloat16IsRefused() {
    float[] values = values();
    values[5] = 1e30f;
    assertThrows(ConverterException.class, () -> read(new Int8Encoder(32), values));
  }

  private static float[] values() {
    Random random = new Random(7);
    float[] values = new float[ROWS * COLUMNS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.max(-4, Math.min(4, random.nextGaussian()));
    }
    return values;
  }

  private static float[] read(Encoder encoder, float[] values) {
    int width = encoder.format() == Format.INT4 ? (COLUMNS + 1) / 2 : COLUMNS;
    int block = (int) encoder.block().columns();
    int blocks = (COLUMNS + block - 1) / block;
    EncodedRows out = EncodedRows.allocate(ROWS * width, ROWS * blocks * 2, 0);
    encoder.encode("w", values.clone(), ROWS, COLUMNS, Feedback.none(COLUMNS), out);
    ByteBuffer data = out.data().flip();
    ByteBuffer scales = out.scales().flip();
    float[] read = new float[values.length];
    for (int i = 0; i < read.length; i++) {
      int row = i / COLUMNS;
      int column = i % COLUMNS;
      float scale = Floats.fromF16(scales.getShort((row * blocks + column / block) * 2));
      int code = data.get(row * width + (encoder.format() == Format.INT4 ? column / 2 : column));
      int nibble = column % 2 == 0 ? code & 15 : (code >> 4) & 15;
      read[i] = scale * (encoder.format() == Format.INT4 ? encoder.codebook().get(nibble) : code);
    }
    return read;
  }

  private static double error(float[] values, float[] read) {
    double error = 0;
    for (int i = 0; i < values.length; i++) {
      error += (values[i] - read[i]) * (double) (values[i] - read[i]);
    }
    return error;
  }

  private static double norm(float[] values) {
    return error(values, new float[values.length]);
  }
}
