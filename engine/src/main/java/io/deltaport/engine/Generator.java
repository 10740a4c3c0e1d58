package io.deltaport.engine;

import io.deltaport.engine.beam.BeamSearch;
import io.deltaport.engine.output.Output;
import io.deltaport.engine.request.GeneratedToken;
import io.deltaport.engine.request.Generation;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.sampling.Allowed;
import io.deltaport.engine.sampling.LogProbabilities;
import io.deltaport.engine.sampling.RowScores;
import io.deltaport.engine.sampling.Sampler;
import io.deltaport.engine.sampling.Sampling;
import io.deltaport.engine.sampling.TokenScores;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepResult;
import io.deltaport.runtime.options.RunException;
import io.deltaport.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Continues token sequences with a model. Safe to share between threads, like the model. */
public final class Generator {
  private final Model model;
  private final Tokenizer tokenizer;

  public Generator(Model model, Tokenizer tokenizer) {
    this.model = model;
    this.tokenizer = tokenizer;
  }

  /** The continuation of a prompt on a sequence of its own. */
  public Generation generate(GenerationOptions options, int... prompt) {
    try (Sequence sequence = model.newSequence()) {
      return generate(sequence, options, token -> {}, new Cancellation(), prompt);
    }
  }

  /**
   * Feeds the prompt to a sequence and continues it. Afterwards the sequence holds the prompt and
   * the output but for its last token; after a beam search, the prompt.
   *
   * @param sequence what went before, perhaps nothing
   * @param tokens told of each token as it comes; of a beam search, when it is over
   * @param cancellation ends it from another thread
   * @param prompt at least one token
   * @throws RunException if the prompt is empty, an id is out of range, a run fails or is cancelled
   */
  public Generation generate(
      Sequence sequence,
      GenerationOptions options,
      Consumer<GeneratedToken> tokens,
      Cancellation cancellation,
      int... prompt) {
    if (prompt.length == 0) {
      throw new RunException(RunException.Reason.ARGUMENT, "the prompt has no token");
    }
    int[] last = feed(sequence, cancellation, prompt);
    if (options.beams() > 1) {
      BeamSearch search = new BeamSearch(model, tokenizer, options, cancellation);
      Output output = new Output(options, tokenizer);
      search.run(sequence, last).forEach(id -> tokens.accept(plain(id, output)));
      return output.finished();
    }
    return pick(sequence, options, tokens, cancellation, last);
  }

  /** Feeds whole chunks of the prompt; returns what is left of it, at least one token. */
  private int[] feed(Sequence sequence, Cancellation cancellation, int... prompt) {
    int chunk = model.options().chunk();
    int fed = (prompt.length - 1) / chunk * chunk;
    if (fed > 0) {
      sequence.append(cancellation, Arrays.copyOf(prompt, fed));
    }
    return Arrays.copyOfRange(prompt, fed, prompt.length);
  }

  private Generation pick(
      Sequence sequence,
      GenerationOptions options,
      Consumer<GeneratedToken> tokens,
      Cancellation cancellation,
      int... last) {
    Output output = new Output(options, tokenizer);
    Sampler sampler = sampler(sequence, options.sampling(), last);
    int best = Math.min(Math.max(sampler.best(), options.logProbs()), vocabulary());
    int[] next = last;
    while (!output.hasEnded()) {
      Step step = Step.of(sequence, next).topK(best);
      try (StepResult result = model.run(List.of(step), cancellation)) {
        TokenScores scores = new RowScores(result.get(0));
        int id = sampler.pick(scores, sequence.length(), Allowed.ALL);
        sampler.accept(id);
        tokens.accept(scored(id, options.logProbs(), scores, output));
        next = new int[] {id};
      }
    }
    return output.finished();
  }

  /** Rows of logits; asking for more best tokens than that would give no more. */
  private int vocabulary() {
    return Math.toIntExact(model.info().vocabSize());
  }

  private Sampler sampler(Sequence sequence, Sampling sampling, int... last) {
    int[] context =
        sampling.penalises()
            ? IntStream.concat(Arrays.stream(sequence.ids()), Arrays.stream(last)).toArray()
            : new int[0];
    long seed = sampling.seed().orElseGet(ThreadLocalRandom.current()::nextLong);
    return new Sampler(sampling, seed, 0, tokenizer.size(), context);
  }

  private static GeneratedToken plain(int id, Output output) {
    return new GeneratedToken(id, output.add(id), Optional.empty(), List.of());
  }

  private GeneratedToken scored(int id, int logProbs, TokenScores scores, Output output) {
    if (logProbs == 0) {
      return plain(id, output);
    }
    LogProbabilities of = LogProbabilities.of(scores, logProbs, tokenizer.size());
    return new GeneratedToken(id, output.add(id), Optional.of(of.of(id)), of.best());
  }
}
