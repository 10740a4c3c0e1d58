package io.deltaport.engine.beam;

import io.deltaport.engine.beam.Beams.Beam;
import io.deltaport.engine.beam.Beams.Continuation;
import io.deltaport.engine.output.StopStrings;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.request.Usage;
import io.deltaport.engine.sampling.LogProbabilities;
import io.deltaport.engine.sampling.RowScores;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepOutput;
import io.deltaport.runtime.StepResult;
import io.deltaport.tokenizer.SpecialTokens;
import io.deltaport.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Runs the beams of {@link Beams} on a model: all running beams in one run a step, each on a fork
 * of its parent.
 */
public final class BeamSearch {
  private final Model model;
  private final Tokenizer tokenizer;
  private final GenerationOptions options;
  private final Cancellation cancellation;
  private final Beams beams;
  private final int kept;

  public BeamSearch(
      Model model, Tokenizer tokenizer, GenerationOptions options, Cancellation cancellation) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.options = options;
    this.cancellation = cancellation;
    this.beams = new Beams(options, this::ends);
    long wanted = Math.max(2L, 1L + options.stopTokens().size()) * options.beams();
    this.kept = (int) Math.min(wanted, model.info().vocabSize());
  }

  /**
   * The best continuation of a prompt, as an answer with one output.
   *
   * @param prompt at least one token
   * @throws io.deltaport.runtime.options.RunException if a run fails or is cancelled
   */
  public Answer answer(int... prompt) {
    long begun = System.nanoTime();
    List<Integer> tokens;
    try (Sequence sequence = model.newSequence()) {
      sequence.append(cancellation, Arrays.copyOf(prompt, prompt.length - 1));
      tokens = run(sequence, prompt[prompt.length - 1]);
    }
    Duration taken = Duration.ofNanos(System.nanoTime() - begun);
    Usage usage =
        new Usage(prompt.length, 0, tokens.size(), 0, 0, 0, 0, Duration.ZERO, taken, taken);
    return new Answer(List.of(choice(tokens)), List.of(), List.of(), usage);
  }

  private Answer.Choice choice(List<Integer> tokens) {
    int last = tokens.get(tokens.size() - 1);
    boolean stopped = options.stopTokens().contains(last);
    int[] shown =
        tokens.stream()
            .limit(stopped ? tokens.size() - 1 : tokens.size())
            .mapToInt(Integer::intValue)
            .toArray();
    StopStrings stops = new StopStrings(options.stopStrings());
    String text = stops.add(tokenizer.decode(SpecialTokens.SKIP, shown)) + stops.finish();
    StopReason ended = stopped ? StopReason.STOP_TOKEN : StopReason.LENGTH;
    return new Answer.Choice(
        text,
        "",
        List.of(),
        tokens.stream().map(BeamSearch::token).toList(),
        stops.stopped() ? StopReason.STOP_STRING : ended,
        stops.stop());
  }

  private static Event.Token token(int id) {
    return new Event.Token(0, id, Optional.empty(), List.of());
  }

  /** The best continuation of a sequence and its {@code last} tokens, which are still to be fed. */
  public List<Integer> run(Sequence sequence, int... last) {
    List<Sequence> sequences = new ArrayList<>();
    try {
      step(List.of(Step.of(sequence, last)));
      sequences.add(sequence.fork());
      while (!beams.running().isEmpty()) {
        follow(sequences);
        step(steps(sequences));
      }
      return beams.best().tokens();
    } finally {
      sequences.forEach(Sequence::close);
    }
  }

  private void step(List<Step> steps) {
    List<List<Continuation>> continuations = new ArrayList<>();
    List<Step> asking = steps.stream().map(step -> step.topK(kept)).toList();
    try (StepResult result = model.run(asking, cancellation)) {
      for (int i = 0; i < result.size(); i++) {
        continuations.add(continuations(result.get(i)));
      }
    }
    beams.advance(continuations, kept);
  }

  private List<Continuation> continuations(StepOutput output) {
    return LogProbabilities.of(new RowScores(output, 0), kept, tokenizer.size()).best().stream()
        .map(token -> new Continuation(token.id(), (float) token.logProbability()))
        .toList();
  }

  /** Makes the sequences those of the running beams' parents. */
  private void follow(List<Sequence> sequences) {
    List<Sequence> parents = List.copyOf(sequences);
    sequences.clear();
    try {
      beams.running().forEach(beam -> sequences.add(parents.get(beam.parent()).fork()));
    } finally {
      parents.forEach(Sequence::close);
    }
  }

  private List<Step> steps(List<Sequence> sequences) {
    return IntStream.range(0, sequences.size())
        .mapToObj(i -> Step.of(sequences.get(i), beams.running().get(i).last()))
        .toList();
  }

  private boolean ends(Beam beam) {
    return options.stopTokens().contains(beam.last())
        || (!options.stopStrings().isEmpty() && hasStopString(beam));
  }

  private boolean hasStopString(Beam beam) {
    int[] ids = beam.tokens().stream().mapToInt(Integer::intValue).toArray();
    String text = tokenizer.decode(SpecialTokens.SKIP, ids);
    return options.stopStrings().stream().anyMatch(text::contains);
  }
}
