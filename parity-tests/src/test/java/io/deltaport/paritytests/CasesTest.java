package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.evaluate.parity.Parity;
import io.deltaport.evaluate.parity.ParityReport;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every case against official transformers, in every setting that must change nothing. */
class CasesTest {
  static Stream<Arguments> cases() {
    return Fixtures.all().stream()
        .flatMap(
            path ->
                Setting.all().stream()
                    .map(setting -> Arguments.of(path.getFileName(), setting, path)));
  }

  static Stream<Setting> settings() {
    return Setting.all().stream();
  }

  @ParameterizedTest(name = "{0}, {1}")
  @MethodSource("cases")
  @DisplayName(
      "pitfalls 1, 2, 3, 9, 19, 20, 21, 22, 24, 27, 28, 29, 55, 56: every case equals its reference")
  void caseEqualsItsReference(Path name, Setting setting, Path path) {
    ParityReport report = Parity.run(path, path.resolve(Parity.REFERENCE), setting.options());
    OwnCase.assertEqual(name, report);
    assertEquals(0, report.closeTokens());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("settings")
  @DisplayName("the trained model equals its reference")
  void trainedModelEqualsItsReference(Setting setting) {
    Path model = Fixtures.kjvTiny();
    ParityReport report = Parity.run(model, model.resolve(Parity.REFERENCE), setting.options());
    assertTrue(report.passed(), () -> report.toJson().toString());
    assertEquals(List.of(), report.notCompared());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("settings")
  @DisplayName("pitfall 23: the trained model's drafts equal its reference")
  void trainedHeadEqualsItsReference(Setting setting) {
    Path model = Fixtures.kjvTiny();
    Path reference = model.resolve("mtp_reference.safetensors");
    ParityReport report = Parity.run(model, reference, setting.options());
    assertTrue(report.passed(), () -> report.toJson().toString());
    assertEquals(2, report.rows().size());
    assertEquals(List.of(), report.notCompared());
  }
}
