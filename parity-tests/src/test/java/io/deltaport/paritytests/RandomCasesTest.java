package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.evaluate.parity.Parity;
import io.deltaport.evaluate.parity.ParityReport;
import io.deltaport.runtime.options.ModelOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases that {@code property.sh} has just drawn. */
@EnabledIfSystemProperty(named = Fixtures.DRAWN, matches = ".+")
class RandomCasesTest {
  static Stream<Path> cases() {
    return Fixtures.drawn().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void caseEqualsTransformers(Path path) {
    ParityReport report =
        Parity.run(path, path.resolve(Parity.REFERENCE), ModelOptions.EXACT.withThreads(2));
    assertTrue(report.passed(), () -> path.getFileName() + ": " + report.toJson());
    assertEquals(List.of(), report.notCompared());
  }
}
