package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.evaluate.parity.Parity;
import io.deltaport.evaluate.parity.ParityReport;
import io.deltaport.runtime.options.Device;
import io.deltaport.runtime.options.ModelOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case against official transformers, on ONNX Runtime's CUDA provider over the stand-in. */
@EnabledIfSystemProperty(named = StandIn.LIBRARY, matches = ".+")
class CudaCasesTest {
  static Stream<Arguments> cases() {
    return Fixtures.all().stream().map(path -> Arguments.of(path.getFileName(), path));
  }

  @AfterEach
  void nothingStaysOnTheGpu() {
    assertEquals(0, StandIn.counts().deviceBytes(), "bytes left on the GPU");
    assertEquals(0, StandIn.counts().pinnedBytes(), "pinned bytes left");
  }

  @Test
  @DisplayName("the trained model equals its reference on the GPU")
  void trainedModelEqualsItsReference() {
    Path model = Fixtures.kjvTiny();
    ParityReport report =
        Parity.run(model, model.resolve(Parity.REFERENCE), ModelOptions.EXACT.with(Device.CUDA));
    assertTrue(report.passed(), () -> report.toJson().toString());
    assertEquals(List.of(), report.notCompared());
  }

  @Test
  @DisplayName("pitfall 23: the trained model's drafts equal its reference on the GPU")
  void trainedHeadEqualsItsReference() {
    Path model = Fixtures.kjvTiny();
    Path reference = model.resolve("mtp_reference.safetensors");
    ParityReport report = Parity.run(model, reference, ModelOptions.EXACT.with(Device.CUDA));
    assertTrue(report.passed(), () -> report.toJson().toString());
    assertEquals(2, report.rows().size());
    assertEquals(List.of(), report.notCompared());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  @DisplayName("pitfall 28: every case equals its reference on the GPU, with kernels of ours alone")
  void caseEqualsItsReference(Path name, Path path) {
    StandIn.Counts before = StandIn.counts();
    ParityReport report =
        Parity.run(path, path.resolve(Parity.REFERENCE), ModelOptions.EXACT.with(Device.CUDA));
    OwnCase.assertEqual(name, report);
    StandIn.Counts ran = StandIn.counts().since(before);
    assertTrue(ran.launches() > 0, "launches");
    assertEquals(0, ran.foreignKernels(), "kernels of ONNX Runtime");
  }
}
