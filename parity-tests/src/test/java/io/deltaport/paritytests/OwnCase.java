package io.deltaport.paritytests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.evaluate.parity.ParityReport;
import io.deltaport.evaluate.parity.ParityRow;
import java.util.List;

/** What a case of {@code fixtures/} must come to, which is stricter than what passes. */
final class OwnCase {
  private static final double SHARE = 0.1;

  private OwnCase() {}

  /** Every row is within a tenth of the bound, or no farther off than official float32. */
  static void assertEqual(Object name, ParityReport report) {
    assertTrue(report.passed(), () -> name + ": " + report.toJson());
    assertEquals(List.of(), report.rows().stream().filter(row -> !near(row)).toList());
    assertEquals(List.of(), report.notCompared());
    assertEquals(0, report.leftOutTokens());
  }

  private static boolean near(ParityRow row) {
    return row.share() < SHARE || row.share() <= row.officialShare().orElse(0.0);
  }
}
