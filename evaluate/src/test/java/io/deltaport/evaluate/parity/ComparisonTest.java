package io.deltaport.evaluate.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.runtime.options.RunException;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  @Test
  void theBoundIsRelativeToTheLargestReferenceValue() {
    ParityRow row = compare(floats(100.009f, 0), floats(100, 0));
    assertEquals(0.009, row.maxAbs(), 1e-5);
    assertEquals(0.9, row.share(), 1e-3);
    assertEquals(Verdict.PASS, row.verdict());
    assertEquals(Verdict.FAIL, compare(floats(100.011f, 0), floats(100, 0)).verdict());
  }

  @Test
  void theBoundIsAbsoluteBelowOne() {
    assertEquals(Verdict.PASS, compare(floats(0.1f + 9e-5f), floats(0.1f)).verdict());
    assertEquals(Verdict.FAIL, compare(floats(0.1f + 11e-5f), floats(0.1f)).verdict());
  }

  @Test
  void aRowMayBeAQuarterFartherOffThanOfficialFloat32() {
    Comparison comparison = new Comparison();
    comparison.add(floats(2 + 6e-4f), floats(2));
    assertEquals(Verdict.PASS, comparison.row("x", Optional.of(5e-4)).verdict());
    assertEquals(Verdict.FAIL, comparison.row("x", Optional.of(4.5e-4)).verdict());
    assertEquals(3, comparison.row("x", Optional.of(6e-4)).officialShare().orElseThrow(), 1e-9);
    assertEquals(Verdict.PASS, compare(floats(1 + 9e-5f), floats(1)).verdict());
    Comparison near = new Comparison();
    near.add(floats(1 + 9e-5f), floats(1));
    assertEquals(Verdict.PASS, near.row("x", Optional.of(1e-6)).verdict());
    assertEquals(Verdict.PASS, Comparison.scalar("loss", 3.00006, 3, Optional.of(5e-5)).verdict());
    assertEquals(Verdict.FAIL, Comparison.scalar("loss", 3.00007, 3, Optional.of(5e-5)).verdict());
    assertEquals(
        Verdict.FAIL, Comparison.scalar("loss", Double.NaN, 3, Optional.of(1.0)).verdict());
  }

  @Test
  void aValueThatIsNotFiniteFailsWhereverItStands() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Comparison comparison = new Comparison();
      comparison.add(floats(bad, 1), floats(1, 1));
      comparison.add(floats(1, 1), floats(1, 1));
      ParityRow row = comparison.row("x", Optional.empty());
      assertEquals(Verdict.FAIL, row.verdict());
      assertTrue(Double.isNaN(row.maxAbs()) && Double.isNaN(row.share()));
    }
  }

  @Test
  void aTensorWithoutRowsIsNoPass() {
    RunException e =
        assertThrows(
            RunException.class, () -> new Comparison().row("decode.0.logits", Optional.empty()));
    assertEquals(
        "decode.0.logits: expected at least one row to compare, found none", e.getMessage());
  }

  @Test
  void tokensLeftOutMakeAPassAmbiguousAndAFailureAFailure() {
    Comparison passing = new Comparison();
    passing.add(floats(1), floats(1));
    passing.leaveOut();
    assertEquals(Verdict.AMBIGUOUS, passing.row("x", Optional.empty()).verdict());
    passing.add(floats(2), floats(1));
    assertEquals(Verdict.FAIL, passing.row("x", Optional.empty()).verdict());
  }

  @Test
  void cosineIsThatOfAllRowsTogether() {
    Comparison comparison = new Comparison();
    comparison.add(floats(1, 0), floats(1, 0));
    comparison.add(floats(0, 1), floats(0, -1));
    assertEquals(0, comparison.row("x", Optional.empty()).cosine(), 1e-12);
    assertEquals(1, compare(floats(0), floats(0)).cosine());
  }

  @Test
  void lossesAreComparedRelatively() {
    assertEquals(Verdict.PASS, loss(3.00002, 3).verdict());
    assertEquals(Verdict.FAIL, loss(3.00004, 3).verdict());
    assertEquals(Verdict.FAIL, loss(Double.NaN, 3).verdict());
    assertEquals(Verdict.PASS, loss(0, 0).verdict());
  }

  @Test
  void aBestTokenThatLeadsByLessThanOneInTenThousandIsAmbiguous() {
    assertTrue(Comparison.ambiguous(floats(1, 2, 2.00005f)));
    assertFalse(Comparison.ambiguous(floats(1, 2, 2.0002f)));
    assertFalse(Comparison.ambiguous(floats(1)));
  }

  @Test
  void aRouterTieLeavesOutTheTokenAndTheLaterOnesOfItsRow() {
    RouterTies ties = RouterTies.none(2, 2);
    ties.see(0, 0, floats(3, 2, 1, 0));
    ties.see(1, 0, floats(3, 2, 1, 0));
    ties.see(0, 1, floats(0, 2, 3, 2.00002f));
    ties.see(1, 1, floats(3, 3, 1, 0));
    assertFalse(ties.leavesOut(0, 0));
    assertTrue(ties.leavesOut(0, 1) && ties.leavesOut(0, 2));
    assertFalse(ties.leavesOut(1, 1), "a tie above the cut changes nothing");
    RouterTies next = ties.next();
    assertTrue(next.leavesOut(0, 0));
    assertFalse(next.leavesOut(1, 5));
    RouterTies reordered = next.reordered(List.of(1, 0));
    assertFalse(reordered.leavesOut(0, 0));
    assertTrue(reordered.leavesOut(1, 0));
  }

  @Test
  void noTieIsPossibleWhereEveryExpertIsTaken() {
    RouterTies ties = RouterTies.none(1, 3);
    ties.see(0, 0, floats(1, 1, 1));
    assertFalse(ties.any());
  }

  private static ParityRow loss(double ours, double reference) {
    return Comparison.scalar("loss", ours, reference, Optional.empty());
  }

  private static ParityRow compare(FloatBuffer ours, FloatBuffer reference) {
    Comparison comparison = new Comparison();
    comparison.add(ours, reference);
    return comparison.row("x", Optional.empty());
  }

  private static FloatBuffer floats(float... values) {
    return FloatBuffer.wrap(values);
  }
}
