package io.deltaport.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Long texts: finite, and memory that grows with the tokens, not with their square. */
class LongTextTest {
  @Test
  @DisplayName("pitfall 18: a long text, scaled down")
  void shorter() {
    check(3_000);
  }

  @Test
  @EnabledIfSystemProperty(named = "deltaport.long", matches = "true")
  @DisplayName("pitfall 18: 80k+ tokens")
  void whole() {
    check(82_000);
  }

  private static void check(int tokens) {
    try (Model model = Model.open(Tiny.KJV_TINY, Tiny.EXACT);
        Sequence sequence = model.newSequence()) {
      sequence.append(Tiny.ids(tokens, 51));
      assertEquals(tokens, sequence.length());
      for (float logit : Tiny.next(sequence, 7)[0]) {
        assertTrue(Float.isFinite(logit));
      }
      long rowBytes = 6L * (3 * 256 + 4 * 32 * 32) * Float.BYTES;
      long tokenBytes = 2L * 2 * 2 * 64 * Float.BYTES;
      assertTrue(
          model.stateBytes() <= 2 * (4 * rowBytes + (tokens + 32L) * tokenBytes),
          model.stateBytes() + " bytes for " + tokens + " tokens");
    }
  }
}
