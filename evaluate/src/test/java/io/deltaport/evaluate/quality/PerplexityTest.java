package io.deltaport.evaluate.quality;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.StepResult;
import io.deltaport.runtime.options.Compute;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.RunException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PerplexityTest {
  private static KjvTiny kjv;
  private static int[] heldout;

  @BeforeAll
  static void open() {
    kjv = new KjvTiny();
    heldout = kjv.heldoutIds();
  }

  @AfterAll
  static void close() {
    kjv.close();
  }

  @Test
  void equalsTransformersToFourDigits() {
    JsonNode golden = KjvTiny.heldout();
    List<Long> progress = new ArrayList<>();
    Quality quality = new Perplexity(kjv.model, progress::add, new Cancellation()).measure(heldout);
    assertEquals(golden.get("perplexity").doubleValue(), quality.perplexity(), 5e-5);
    assertEquals(golden.get("scored").longValue(), quality.scored());
    assertEquals(golden.get("tokens").longValue(), quality.tokens());
    assertEquals(heldout.length, progress.stream().mapToLong(Long::longValue).sum());
    assertTrue(quality.divergence().isEmpty());
  }

  @Test
  void piecesOfAWindowGiveWhatTheWindowGives() {
    int[] ids = Arrays.copyOf(heldout, 1100);
    assertEquals(score(ids, 2048).perplexity(), score(ids, 100).perplexity(), 1e-4);
    assertEquals(measure(ids).perplexity(), score(ids, 512).perplexity(), 1e-4);
  }

  @Test
  void aModelDoesNotDifferFromItself() {
    Divergence divergence =
        new Perplexity(kjv.model, n -> {}, new Cancellation())
            .measureAgainst(kjv.model, Arrays.copyOf(heldout, 700))
            .divergence()
            .orElseThrow();
    assertEquals(0, divergence.klMean());
    assertEquals(0, divergence.klP999());
    assertEquals(1, divergence.top1Agreement());
  }

  @Test
  void fastComputeDiffersALittle() {
    try (Model fast = Model.open(KjvTiny.DIRECTORY, ModelOptions.EXACT.with(Compute.FAST))) {
      Quality quality =
          new Perplexity(fast, n -> {}, new Cancellation())
              .measureAgainst(kjv.model, Arrays.copyOf(heldout, 1024));
      Divergence divergence = quality.divergence().orElseThrow();
      assertTrue(divergence.klMean() >= 0 && divergence.klMean() < 1e-2, divergence.toString());
      assertTrue(divergence.klP999() >= divergence.klMean());
      assertTrue(divergence.top1Agreement() > 0.9, divergence.toString());
    }
  }

  @Test
  void aTextOfOneTokenIsAnError() {
    assertThrows(RunException.class, () -> measure(5));
    assertEquals(1, measure(5, 6).scored());
  }

  @Test
  void canBeCancelled() {
    Cancellation cancellation = new Cancellation();
    Perplexity perplexity = new Perplexity(kjv.model, n -> cancellation.cancel(), cancellation);
    assertThrows(RunException.class, () -> perplexity.measure(heldout));
  }

  private static Quality measure(int... ids) {
    return new Perplexity(kjv.model, n -> {}, new Cancellation()).measure(ids);
  }

  private static Quality score(int[] ids, int tokens) {
    Scores scores = new Scores();
    try (WindowReader reader = new WindowReader(kjv.model)) {
      for (List<Windows.Piece> run : Windows.runs(ids, tokens)) {
        try (StepResult result = reader.read(run, new Cancellation())) {
          for (int i = 0; i < run.size(); i++) {
            scores.add(run.get(i), result.get(i).logits());
          }
        }
      }
    }
    return scores.quality(ids.length, Optional.empty());
  }
}
