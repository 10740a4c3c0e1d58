package io.deltaport.paritytests;

import io.deltaport.runtime.Model;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.options.ModelOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However a text is cut into steps, its logits are those of one pass. */
class CachedTest {
  private static final int TOKENS = 21;

  static Stream<Path> models() {
    return Fixtures.withState().stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("pitfall 5: a full pass equals the pass without the last token, and one step")
  void lastTokenAsAStep(Path path) {
    check(path, 130, 129);
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("pitfall 6: a cached step of many tokens equals the same tokens one by one")
  void manyTokensAtOnce(Path path) {
    check(path, TOKENS, 10, 18);
    check(path, TOKENS, 10, 11, 12, 13, 14, 15, 16, 17, 18);
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("pitfall 7: a prompt cut at every position equals the uncut one")
  void cutAnywhere(Path path) {
    for (int cut = 1; cut < TOKENS; cut++) {
      check(path, TOKENS, cut);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("pitfall 7: a prompt in pieces of one and two tokens, inside the convolution window")
  void smallPieces(Path path) {
    check(path, TOKENS, 1, 3, 4, 6, 7, 9);
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("pitfall 8: one token may be a prompt, and many may go on from a state")
  void oneTokenIsNoDecode(Path path) {
    try (Model model = Model.open(path, ModelOptions.EXACT)) {
      int[] ids = Logits.tokens(model, 5, 2);
      List<float[]> expected = Logits.fullPass(model, ids);
      // The rows of this pass are free now, and hold its state.
      try (Sequence sequence = model.newSequence()) {
        List<float[]> found = new ArrayList<>(Logits.step(model, sequence, ids[0]));
        found.addAll(Logits.step(model, sequence, Arrays.copyOfRange(ids, 1, 5)));
        Logits.assertClose(expected, found, "one token, then four");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  @DisplayName("pitfall 4: pieces on both sides of the chunk of 64 tokens equal one pass")
  void chunkBoundaries(Path path) {
    check(path, 200, 63, 64, 65, 128, 193);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-experts", "top-all"})
  @DisplayName("pitfall 6: a prompt of 5,000 tokens in steps equals one pass")
  void longPrompt(String name) {
    check(Fixtures.named(name), 5_000, 1, 64, 1_000, 1_001, 3_333, 4_999);
  }

  private static void check(Path path, int tokens, int... cuts) {
    try (Model model = Model.open(path, ModelOptions.EXACT);
        Sequence sequence = model.newSequence()) {
      int[] ids = Logits.tokens(model, tokens, tokens);
      List<float[]> found = new ArrayList<>();
      int from = 0;
      for (int cut : cuts) {
        found.addAll(Logits.step(model, sequence, Arrays.copyOfRange(ids, from, cut)));
        from = cut;
      }
      found.addAll(Logits.step(model, sequence, Arrays.copyOfRange(ids, from, tokens)));
      Logits.assertClose(Logits.fullPass(model, ids), found, "cut at " + Arrays.toString(cuts));
    }
  }
}
