package io.deltaport.evaluate.calibrate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.Conversion;
import io.deltaport.converter.Conversion.Precision;
import io.deltaport.converter.ConversionReport;
import io.deltaport.converter.Converter;
import io.deltaport.converter.calibrate.FloatTable;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.directory.Progress;
import io.deltaport.runtime.FloatRows;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepOutput;
import io.deltaport.runtime.StepResult;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.options.Taps;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextCalibrationTest {
  private static final Path KJV_TINY = Path.of("../fixtures/kjv-tiny");
  private static final ModelOptions EXACT = ModelOptions.EXACT.withThreads(2);
  private static final String SHARD = "deltaport-00001-of-00001.safetensors";

  @TempDir private Path temporary = Path.of("");

  @Test
  void theLayersSeeWhatTheWholeModelSees() throws Exception {
    String text = text(2_500);
    try (TextCalibration calibration = TextCalibration.of(KJV_TINY, text);
        Model model = Model.open(KJV_TINY, EXACT.with(Taps.ALL));
        Tokenizer tokenizer = Tokenizer.load(KJV_TINY);
        Sequence first = model.newSequence();
        Sequence second = model.newSequence()) {
      int[] ids = tokenizer.encode(text);
      assertEquals(ids.length, calibration.tokens());
      assertTrue(ids.length > 512, "two windows");
      FloatTable early = calibration.layer(2, bytes -> {}).routerLogits().orElseThrow();
      FloatTable late = calibration.layer(7, bytes -> {}).routerLogits().orElseThrow();
      List<Step> steps =
          List.of(
              Step.of(first, Arrays.copyOfRange(ids, 0, 512)),
              Step.of(second, Arrays.copyOfRange(ids, 512, ids.length)));
      try (StepResult result = model.run(steps)) {
        for (int window = 0; window < 2; window++) {
          StepOutput output = result.get(window);
          assertClose(copy(output.tap("router_logits.2")), rows(early, window * 512, output));
          assertClose(copy(output.tap("router_logits.7")), rows(late, window * 512, output));
        }
      }
    }
  }

  @Test
  void aCalibratedConversionIsCountedAndDeterministic() throws Exception {
    ConversionReport report = convert("one", text(6_000));
    convert("two", text(6_000));
    assertTrue(
        report.notes().stream().anyMatch(note -> note.endsWith("matrices calibrated")),
        report.notes().toString());
    assertTrue(
        report.notes().stream().anyMatch(note -> note.contains("fewer than 128 tokens")),
        report.notes().toString());
    assertArrayEquals(bytes("one"), bytes("two"));
    convert("three", text(5_000));
    assertFalse(Arrays.equals(bytes("one"), bytes("three")), "another text");
  }

  @Test
  void theProgressMovesWhileALayerIsCalibrated() throws Exception {
    List<Long> stated = new ArrayList<>();
    List<Long> advances = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void stage(String name, long bytes) {
            if (name.startsWith("calibrating")) {
              stated.add(bytes);
            } else if (!stated.isEmpty()) {
              stated.add(0L);
            }
          }

          @Override
          public void advance(long bytes) {
            if (stated.size() == 1) {
              advances.add(bytes);
            }
          }
        };
    Conversion conversion =
        Conversion.of(KJV_TINY, temporary.resolve("m")).precision(Precision.INT4).build();
    try (TextCalibration calibration = TextCalibration.of(KJV_TINY, text(2_500))) {
      Converter.convert(conversion, calibration, progress);
      long window = 512 * calibration.bytesPerLayer() / calibration.tokens();
      assertEquals(8, advances.stream().filter(bytes -> bytes == window).count(), "whole windows");
    }
    assertEquals(stated.get(0), advances.stream().mapToLong(bytes -> bytes).sum());
  }

  @Test
  void aPrecisionWithoutInt4IsRefused() throws Exception {
    Conversion conversion =
        Conversion.of(KJV_TINY, temporary.resolve("m")).precision(Precision.INT8).build();
    try (TextCalibration calibration = TextCalibration.of(KJV_TINY, "In the beginning")) {
      assertThrows(
          ConverterException.class,
          () -> Converter.convert(conversion, calibration, Progress.NONE));
    }
  }

  @Test
  void anEmptyTextIsRefused() {
    assertThrows(RunException.class, () -> TextCalibration.of(KJV_TINY, ""));
  }

  private ConversionReport convert(String name, String text) {
    Conversion conversion =
        Conversion.of(KJV_TINY, temporary.resolve(name)).precision(Precision.MIXED).build();
    try (TextCalibration calibration = TextCalibration.of(KJV_TINY, text)) {
      return Converter.convert(conversion, calibration, Progress.NONE);
    }
  }

  private byte[] bytes(String name) throws Exception {
    return Files.readAllBytes(temporary.resolve(name).resolve(SHARD));
  }

  private static float[][] rows(FloatTable inputs, int from, StepOutput like) {
    float[][] rows = new float[like.tap("router_logits.2").rows()][inputs.width()];
    for (int row = 0; row < rows.length; row++) {
      inputs.copyRow(from + row, rows[row], 0);
    }
    return rows;
  }

  private static String text(int length) throws Exception {
    return Files.readString(KJV_TINY.resolve("heldout.txt")).substring(0, length);
  }

  private static float[][] copy(FloatRows rows) {
    float[][] copy = new float[rows.rows()][rows.width()];
    for (int row = 0; row < copy.length; row++) {
      rows.copyRow(row, copy[row]);
    }
    return copy;
  }

  private static void assertClose(float[][] expected, float[][] actual) {
    assertEquals(expected.length, actual.length);
    for (int row = 0; row < expected.length; row++) {
      assertArrayEquals(expected[row], actual[row], 1e-4f, "row " + row);
    }
  }
}
