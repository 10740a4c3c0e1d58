package io.deltaport.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.ReadAhead;
import io.deltaport.runtime.options.WeightMemory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Checkpoints of the official sizes and layouts of Qwen3.5: no weight is written, little memory is
 * taken.
 */
class OfficialSizesTest {
  private static final String SCRIPT = "../fixtures/synthetic_qwen35.py";
  private static final long MOST_WRITTEN = 4 << 20;

  @TempDir private Path temp = Path.of("");

  @ParameterizedTest(name = "{0}")
  @CsvSource({"0.8b,24,752_393_024", "27b,64,26_895_998_464", "35b-a3b,40,34_660_610_688"})
  void convertsWithoutCopyingAndOpensMapped(String shape, int layers, String parameters)
      throws Exception {
    Path checkpoint = temp.resolve("checkpoint");
    make(shape, checkpoint);
    Path model = temp.resolve("model");
    Cli done =
        new ChildProcess(temp)
            .with("-Xmx700m")
            .run("convert", checkpoint.toString(), model.toString(), "--json");
    assertEquals(0, done.code(), done.err());
    JsonNode report = done.json();
    assertEquals("link", report.get("weights").textValue());
    assertTrue(report.get("bytes_written").longValue() < MOST_WRITTEN, report.toString());
    assertEquals(
        Long.parseLong(parameters.replace("_", "")),
        report.get("parameters").get("total").longValue());
    ModelOptions mapped = ModelOptions.DEFAULT.with(WeightMemory.MAPPED).with(ReadAhead.NONE);
    try (Model opened = Model.open(model, mapped)) {
      assertEquals(layers, opened.info().numHiddenLayers());
      assertEquals(248_320, opened.info().vocabSize());
    }
  }

  private static void make(String shape, Path directory) throws InterruptedException {
    try {
      Process made =
          new ProcessBuilder("python3", SCRIPT, shape, "" + directory).inheritIO().start();
      assertEquals(0, made.waitFor());
    } catch (IOException e) {
      abort("skipped, there is no python3");
    }
  }
}
