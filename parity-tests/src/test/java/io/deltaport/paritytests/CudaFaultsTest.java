package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.Device;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.RunException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What goes wrong on a GPU is one clear line, and nothing stays there. */
@EnabledIfSystemProperty(named = StandIn.LIBRARY, matches = ".+")
class CudaFaultsTest {
  @AfterEach
  void nothingLeaks() {
    StandIn.heal();
    StandIn.Counts counts = StandIn.counts();
    assertEquals(0, counts.deviceBytes(), "bytes left on the GPU");
    assertEquals(0, counts.pinnedBytes(), "pinned bytes left");
    assertEquals(0, counts.streams(), "streams left");
    // And a model opens after it.
    open(Device.CUDA).close();
  }

  @Test
  void weightsThatDoNotFitAreRefusedWithNumbersBeforeTheFirstByte() {
    long needed = bytesOfAModel();
    StandIn.memory(needed - 1);
    StandIn.Counts before = StandIn.counts();
    String message = refusal();
    assertTrue(
        message.matches(".*need \\d+ bytes of GPU memory, found \\d+ of \\d+ free.*"), message);
    assertEquals(0, StandIn.counts().since(before).bytesToDevice());
  }

  @Test
  void stateThatDoesNotFitIsRefusedWithNumbers() {
    StandIn.memory(1000);
    String message = refusal();
    assertTrue(message.matches(".*out of memory: \\d+ bytes of GPU memory wanted, .*"), message);
  }

  @Test
  void driverThatDiesIsOneLineOfTheProviderNotAFaultOfTheModel() {
    open(Device.CUDA).close();
    StandIn.killDriver(true);
    String message = refusal();
    assertTrue(message.matches(".*ONNX Runtime's CUDA provider: .*CUDA.* 35.*"), message);
    assertTrue(message.contains("driver version is insufficient"), message);
    assertEquals(1, message.lines().count(), message);
  }

  @Test
  void copyThatFailsInTheMiddleOfAnUploadLeavesNothing() {
    for (int copy : new int[] {0, 1, 7}) {
      StandIn.failCopyAfter(copy);
      String message = refusal();
      assertTrue(message.contains("uploading weights: unknown error (error 999)"), message);
      assertEquals(0, StandIn.counts().deviceBytes());
    }
  }

  @Test
  void listenerThatThrowsStopsTheUpload() {
    Told progress =
        new Told() {
          @Override
          public void advance(long bytes) {
            throw new IllegalStateException("stop");
          }
        };
    ModelOptions options = ModelOptions.EXACT.with(Device.CUDA);
    assertThrows(
        IllegalStateException.class,
        () -> Model.open(Fixtures.named("official"), options, progress).close());
  }

  @Test
  void progressCountsTheBytesThatWereStated() {
    Told told = new Told();
    Model.open(Fixtures.named("official"), ModelOptions.EXACT.with(Device.CUDA), told).close();
    long stated = Objects.requireNonNull(told.stated.get("uploading weights"));
    long sent = Objects.requireNonNull(told.done.get("uploading weights"));
    // What is stated counts the gaps to the next multiple of 256 bytes.
    assertTrue(sent <= stated && sent > stated / 2, sent + " of " + stated);
  }

  @Test
  void autoFallsBackWithOneLine() {
    StandIn.memory(1000);
    Told told = new Told();
    ModelOptions options = ModelOptions.EXACT.with(Device.AUTO);
    try (Model model = Model.open(Fixtures.named("official"), options, told)) {
      assertEquals(Device.CPU, model.options().device());
    }
    assertEquals(1, told.notes.size());
    String note = told.notes.get(0);
    assertTrue(note.matches("device: cpu \\(.*out of memory.*\\)"), note);
  }

  @Test
  void autoTakesTheGpu() {
    try (Model model = open(Device.AUTO)) {
      assertEquals(Device.CUDA, model.options().device());
    }
  }

  private static Model open(Device device) {
    return Model.open(Fixtures.named("official"), ModelOptions.EXACT.with(device));
  }

  private static String refusal() {
    return String.valueOf(
        assertThrows(RunException.class, () -> open(Device.CUDA).close()).getMessage());
  }

  private static long bytesOfAModel() {
    try (Model model = open(Device.CUDA)) {
      assertEquals(Device.CUDA, model.options().device());
      return StandIn.counts().deviceBytes();
    }
  }
}
