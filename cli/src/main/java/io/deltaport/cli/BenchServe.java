package io.deltaport.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.Engine;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.options.EngineOptions.Speculation;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Handle;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.Usage;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepResult;
import io.deltaport.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * What the engine makes of a model: streams beside bare steps of as many sequences, a second turn,
 * a long prompt that comes in while others stream. Prompts are random ids, outputs greedy.
 */
final class BenchServe {
  private static final int PROMPT = 128;
  private static final int[] STREAMS = {1, 4, 16};
  private static final int BESIDE = 8;

  private final Model model;
  private final Tokenizer tokenizer;
  private final int tokens;
  private final int longPrompt;
  private final Cancellation cancellation;
  private final Random random = new Random(1);

  /**
   * Measures so.
   *
   * @param tokens of an output
   * @param longPrompt tokens of the first turn and of the prompt that comes in
   */
  BenchServe(
      Model model, Tokenizer tokenizer, int tokens, int longPrompt, Cancellation cancellation) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.tokens = tokens;
    this.longPrompt = longPrompt;
    this.cancellation = cancellation;
  }

  /** Measures; progress is told of each of the {@link #stages}. */
  ObjectNode measure(ProgressLine progress) {
    ObjectNode object = Json.object();
    object.put("output_tokens", tokens);
    object.put("long_prompt_tokens", longPrompt);
    ObjectNode streams = object.putObject("streams");
    for (int count : STREAMS) {
      bare(count); // warms up
      double bare = bare(count);
      double served = served(count);
      ObjectNode one = streams.putObject(Integer.toString(count));
      Json.number(one, "bare_tokens_s", bare);
      Json.number(one, "tokens_s", served);
      Json.number(one, "ratio", served / bare);
      progress.add(1);
    }
    secondTurn(object.putObject("second_turn"));
    progress.add(1);
    longPromptBeside(object.putObject("beside_long_prompt"));
    progress.add(1);
    return object;
  }

  /** Stages of {@link #measure}. */
  static int stages() {
    return STREAMS.length + 2;
  }

  private Engine engine(int sequences) {
    return Engine.over(
        model, tokenizer, EngineOptions.DEFAULT.withMaxSequences(sequences).with(Speculation.OFF));
  }

  private int[] prompt(int length) {
    return random.ints(length, 0, tokenizer.size()).toArray();
  }

  /** Tokens a second of steps without an engine, each token the best one. */
  private double bare(int count) {
    List<Sequence> sequences =
        IntStream.range(0, count).mapToObj(i -> model.newSequence()).toList();
    try {
      List<int[]> next = new ArrayList<>();
      sequences.forEach(sequence -> next.add(prompt(PROMPT)));
      step(sequences, next);
      long start = System.nanoTime();
      for (int i = 1; i < tokens; i++) {
        step(sequences, next);
      }
      return (tokens - 1.0) * count * 1e9 / (System.nanoTime() - start);
    } finally {
      sequences.forEach(Sequence::close);
    }
  }

  private void step(List<Sequence> sequences, List<int[]> next) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < sequences.size(); i++) {
      steps.add(Step.of(sequences.get(i), next.get(i)).topK(1));
    }
    try (StepResult result = model.run(steps, cancellation)) {
      for (int i = 0; i < sequences.size(); i++) {
        next.set(i, new int[] {result.get(i).top().id(0, 0)});
      }
    }
  }

  /** The same through the engine, from the last first token to the first end. */
  private double served(int count) {
    try (Engine engine = engine(count)) {
      List<Times> streams = new ArrayList<>();
      List<Handle> handles = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Times times = new Times();
        streams.add(times);
        handles.add(submit(engine, times, tokens, prompt(PROMPT)));
      }
      handles.forEach(this::await);
      long from = streams.stream().mapToLong(times -> times.all.get(0)).max().orElseThrow();
      long to =
          streams.stream()
              .mapToLong(times -> times.all.get(times.all.size() - 1))
              .min()
              .orElseThrow();
      long made =
          streams.stream()
              .flatMap(times -> times.all.stream())
              .filter(time -> time > from && time <= to)
              .count();
      return made * 1e9 / (to - from);
    }
  }

  private void secondTurn(ObjectNode object) {
    try (Engine engine = engine(1)) {
      int[] first = prompt(longPrompt);
      Usage cold = await(submit(engine, new Times(), 1, first));
      int[] second = Arrays.copyOf(first, longPrompt + 32);
      System.arraycopy(prompt(32), 0, second, longPrompt, 32);
      Usage warm = await(submit(engine, new Times(), 1, second));
      object.put("read_tokens", warm.promptTokens() - warm.cachedTokens());
      Json.number(object, "cold_s", cold.firstToken().toNanos() / 1e9);
      Json.number(object, "warm_s", warm.firstToken().toNanos() / 1e9);
    }
  }

  private void longPromptBeside(ObjectNode object) {
    try (Engine engine = engine(BESIDE + 1)) {
      List<Times> streams = new ArrayList<>();
      List<Handle> handles = new ArrayList<>();
      for (int i = 0; i < BESIDE; i++) {
        Times times = new Times();
        streams.add(times);
        handles.add(submit(engine, times, Integer.MAX_VALUE, prompt(PROMPT)));
      }
      Usage beside = await(submit(engine, new Times(), 1, prompt(longPrompt)));
      handles.forEach(Handle::cancel);
      handles.forEach(Handle::await);
      List<Long> gaps = new ArrayList<>();
      streams.forEach(times -> gaps.addAll(times.gaps()));
      Collections.sort(gaps);
      Json.number(object, "first_token_s", beside.firstToken().toNanos() / 1e9);
      Json.number(object, "gap_p50_s", gaps.get(gaps.size() / 2) / 1e9);
      Json.number(object, "gap_p99_s", gaps.get(gaps.size() * 99 / 100) / 1e9);
      Json.number(object, "gap_most_s", gaps.get(gaps.size() - 1) / 1e9);
    }
  }

  private Handle submit(Engine engine, Times times, int count, int... prompt) {
    Handle handle =
        engine.submit(
            Request.tokens(GenerationOptions.greedy(count), prompt),
            event -> {
              if (event instanceof Event.Token) {
                times.all.add(System.nanoTime());
              }
            });
    cancellation.whenCancelled(handle::cancel);
    return handle;
  }

  private Usage await(Handle handle) {
    Usage usage = handle.await();
    cancellation.check();
    return usage;
  }

  /** When the tokens of an output came. */
  private static final class Times {
    private final List<Long> all = Collections.synchronizedList(new ArrayList<>());

    private List<Long> gaps() {
      return IntStream.range(1, all.size()).mapToObj(i -> all.get(i) - all.get(i - 1)).toList();
    }
  }

  /** Prints what was measured as lines. */
  static void print(ObjectNode measured, PrintWriter out) {
    measured
        .get("streams")
        .properties()
        .forEach(
            stream ->
                out.printf(
                    "%2s streams  %8.1f tokens/s, bare steps %8.1f, ratio %.3f%n",
                    stream.getKey(),
                    stream.getValue().get("tokens_s").doubleValue(),
                    stream.getValue().get("bare_tokens_s").doubleValue(),
                    stream.getValue().get("ratio").doubleValue()));
    JsonNode turn = measured.get("second_turn");
    out.printf(
        "second turn after %d tokens: reads %d, first token %.3f s, cold %.3f s%n",
        measured.get("long_prompt_tokens").intValue(),
        turn.get("read_tokens").intValue(),
        turn.get("warm_s").doubleValue(),
        turn.get("cold_s").doubleValue());
    JsonNode beside = measured.get("beside_long_prompt");
    out.printf(
        "%d streams while such a prompt comes in: gap p50 %.3f, p99 %.3f, most %.3f s; its first token %.3f s%n",
        BESIDE,
        beside.get("gap_p50_s").doubleValue(),
        beside.get("gap_p99_s").doubleValue(),
        beside.get("gap_most_s").doubleValue(),
        beside.get("first_token_s").doubleValue());
  }
}
