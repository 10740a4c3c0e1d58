package io.deltaport.paritytests;

import io.deltaport.directory.Mtp;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.MtpHead;
import io.deltaport.runtime.MtpStep;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepResult;
import io.deltaport.runtime.options.KernelLevel;
import io.deltaport.runtime.options.ModelOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In exact mode the bits of a token's logits follow from the tokens before it: not from how they
 * were cut into runs, nor from what else a run had, nor from the number of threads.
 */
class OneOrderTest {
  /** Models that differ in mixers, weight formats and query heads of a KV head, at each level. */
  static Stream<Arguments> models() {
    List<Path> paths =
        Stream.of(
                "official",
                "odd",
                "one-kv-head",
                "all-kv-heads",
                "all-full",
                "all-linear",
                "kernel-eight",
                "rope-yarn",
                "fp8-experts",
                "gptq-128",
                "compressed-int8",
                "qwen35-official",
                "qwen35-moe-nvfp4")
            .map(Fixtures::named)
            .toList();
    return Stream.of(KernelLevel.values())
        .flatMap(level -> paths.stream().map(path -> Arguments.of(path, level)));
  }

  static Stream<Arguments> trainedModels() {
    return Stream.of(KernelLevel.REFERENCE, KernelLevel.AVX2, KernelLevel.AUTO)
        .flatMap(
            level ->
                Stream.of(Fixtures.kjvTiny(), Fixtures.chatTiny())
                    .map(path -> Arguments.of(path, level)));
  }

  @ParameterizedTest
  @MethodSource({"models", "trainedModels"})
  void aPromptCutIntoSteps(Path path, KernelLevel level) {
    try (Model model = Model.open(path, options(level))) {
      int[] ids = Logits.tokens(model, 70, 1);
      List<float[]> whole = Logits.fullPass(model, ids);
      Logits.assertSame(whole, pieces(model, ids, 64), "64 and 6");
      Logits.assertSame(whole, pieces(model, ids, 1, 18, 58), "1, 17, 40 and 12");
    }
  }

  @ParameterizedTest
  @MethodSource({"models", "trainedModels"})
  @DisplayName("pitfall 6: many tokens at once and one by one, bit by bit")
  void manyTokensAtOnceAndOneByOne(Path path, KernelLevel level) {
    try (Model model = Model.open(path, options(level).withThreads(1))) {
      int[] ids = Logits.tokens(model, 71, 2);
      List<float[]> oneByOne = pieces(model, ids, IntStream.range(1, 71).toArray());
      for (int count : new int[] {17, 40, 66}) {
        List<float[]> found = pieces(model, ids, 4, 4 + count);
        Logits.assertSame(oneByOne, found, count + " tokens at once");
      }
    }
  }

  @ParameterizedTest
  @MethodSource({"models", "trainedModels"})
  void aloneAndBesideOthers(Path path, KernelLevel level) {
    try (Model model = Model.open(path, options(level));
        Sequence sequence = model.newSequence();
        Sequence decoding = model.newSequence();
        Sequence prompt = model.newSequence()) {
      int[] ids = Logits.tokens(model, 70, 3);
      List<float[]> alone = Logits.fullPass(model, ids);
      Logits.step(model, sequence, Arrays.copyOf(ids, 4));
      Logits.step(model, decoding, 1, 2, 3);
      List<List<float[]>> found =
          Logits.run(
              model,
              List.of(
                  Step.of(decoding, 4),
                  Step.of(sequence, Arrays.copyOfRange(ids, 4, 70)),
                  Step.of(prompt, Logits.tokens(model, 90, 4))));
      Logits.assertSame(alone.subList(4, 70), found.get(1), "beside two others");
    }
  }

  /** Past the first part of the keys, of 1,024. */
  @ParameterizedTest
  @MethodSource("trainedModels")
  void aLongPrompt(Path path, KernelLevel level) {
    try (Model model = Model.open(path, options(level).withChunk(100));
        Sequence appended = model.newSequence()) {
      int[] ids = Logits.tokens(model, 1_120, 5);
      List<float[]> whole = Logits.fullPass(model, ids);
      Logits.assertSame(whole, pieces(model, ids, 1_088), "1,088 and 32");
      Logits.assertSame(whole, pieces(model, ids, 1_000, 1_024, 1_119), "up to the last token");
      appended.append(Arrays.copyOf(ids, 1_088));
      List<float[]> last = Logits.step(model, appended, Arrays.copyOfRange(ids, 1_088, 1_120));
      Logits.assertSame(whole.subList(1_088, 1_120), last, "in chunks of 100, then 32");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = KernelLevel.class,
      names = {"REFERENCE", "AVX2", "AUTO"})
  void draftsOfTheHead(KernelLevel level) {
    try (Model model = Model.open(Fixtures.kjvTiny(), options(level).with(Mtp.HEAD));
        Sequence sequence = model.newSequence()) {
      int[] ids = Logits.tokens(model, 71, 6);
      MtpHead head = model.mtp().orElseThrow();
      Step step = Step.of(sequence, Arrays.copyOf(ids, 70)).hidden(RowSelection.ALL);
      try (StepResult hidden = model.run(List.of(step))) {
        List<float[]> whole = drafts(head, sequence, hidden, ids);
        Logits.assertSame(whole, drafts(head, sequence, hidden, ids, 64), "64 and 6");
        Logits.assertSame(whole, drafts(head, sequence, hidden, ids, 1, 18, 58), "1, 17, 40, 12");
      }
    }
  }

  private static List<float[]> drafts(
      MtpHead head, Sequence sequence, StepResult hidden, int[] ids, int... cuts) {
    List<float[]> found = new ArrayList<>();
    int from = 0;
    for (int to : IntStream.concat(Arrays.stream(cuts), IntStream.of(70)).toArray()) {
      MtpStep rows =
          MtpStep.of(
              sequence,
              from,
              hidden.get(0).lastHiddenState().slice(from, to - from),
              Arrays.copyOfRange(ids, from + 1, to + 1));
      try (StepResult result = head.run(List.of(rows.logits(RowSelection.ALL)))) {
        found.addAll(Logits.copy(result.get(0).logits()));
      }
      from = to;
    }
    return found;
  }

  private static ModelOptions options(KernelLevel level) {
    return ModelOptions.EXACT.with(level).withThreads(2);
  }

  private static List<float[]> pieces(Model model, int[] ids, int... cuts) {
    List<float[]> found = new ArrayList<>();
    try (Sequence sequence = model.newSequence()) {
      int from = 0;
      for (int cut : cuts) {
        found.addAll(Logits.step(model, sequence, Arrays.copyOfRange(ids, from, cut)));
        from = cut;
      }
      found.addAll(Logits.step(model, sequence, Arrays.copyOfRange(ids, from, ids.length)));
    }
    return found;
  }
}
