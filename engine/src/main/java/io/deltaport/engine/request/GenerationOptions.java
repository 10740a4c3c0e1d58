package io.deltaport.engine.request;

import io.deltaport.engine.sampling.Sampling;
import io.deltaport.runtime.options.RunException;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What to generate.
 *
 * @param maxNewTokens most tokens of the output; the context may end it before
 * @param minNewTokens stop tokens are not picked before so many tokens
 * @param outputs how many outputs of the same prompt, each with draws of its own
 * @param beams 1 = pick token by token as {@code sampling} says; more = beam search, which samples
 *     and penalises nothing
 * @param lengthPenalty of a beam search: an output's score is the sum of its log-probabilities over
 *     its length to this power
 * @param sampling how tokens are picked
 * @param stopTokens ids that end the output; they are among its tokens, not in its text
 * @param stopStrings texts that end the output, wherever token borders lie; they are not in its
 *     text
 * @param logProbs how many best tokens to report beside each token, with log-probabilities; 0 =
 *     report none. A beam search reports none
 */
public record GenerationOptions(
    int maxNewTokens,
    int minNewTokens,
    int outputs,
    int beams,
    double lengthPenalty,
    Sampling sampling,
    Set<Integer> stopTokens,
    List<String> stopStrings,
    int logProbs) {
  /** The best token each time, up to {@code maxNewTokens}, without a stop. */
  public static GenerationOptions greedy(int maxNewTokens) {
    return new GenerationOptions(maxNewTokens, 0, 1, 1, 1, Sampling.GREEDY, Set.of(), List.of(), 0);
  }

  public GenerationOptions {
    Objects.requireNonNull(sampling);
    stopTokens = Set.copyOf(stopTokens);
    stopStrings = List.copyOf(stopStrings);
    if (maxNewTokens < 1 || minNewTokens < 0 || outputs < 1) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "generation: at least 1 new token, a minimum of at least 0 and at least 1 output, found %d, %d, %d"
              .formatted(maxNewTokens, minNewTokens, outputs));
    }
    if (beams < 1 || logProbs < 0 || !Double.isFinite(lengthPenalty)) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "generation: at least 1 beam, 0 log-probabilities and a finite length penalty, found %d, %d, %s"
              .formatted(beams, logProbs, lengthPenalty));
    }
    if (beams > 1 && (!sampling.isGreedy() || sampling.penalises() || logProbs > 0)) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "beam search takes no sampling options, penalties or log-probabilities");
    }
  }

  public GenerationOptions withBeams(int value) {
    return new GenerationOptions(
        maxNewTokens,
        minNewTokens,
        outputs,
        value,
        lengthPenalty,
        sampling,
        stopTokens,
        stopStrings,
        logProbs);
  }

  /** Ends at this token too. */
  public GenerationOptions stoppingAt(int token) {
    Set<Integer> tokens = new HashSet<>(stopTokens);
    tokens.add(token);
    return new GenerationOptions(
        maxNewTokens,
        minNewTokens,
        outputs,
        beams,
        lengthPenalty,
        sampling,
        tokens,
        stopStrings,
        logProbs);
  }

  public GenerationOptions withLengthPenalty(double value) {
    return new GenerationOptions(
        maxNewTokens,
        minNewTokens,
        outputs,
        beams,
        value,
        sampling,
        stopTokens,
        stopStrings,
        logProbs);
  }

  public GenerationOptions with(Sampling value) {
    return new GenerationOptions(
        maxNewTokens,
        minNewTokens,
        outputs,
        beams,
        lengthPenalty,
        value,
        stopTokens,
        stopStrings,
        logProbs);
  }

  public GenerationOptions withStopTokens(Set<Integer> value) {
    return new GenerationOptions(
        maxNewTokens,
        minNewTokens,
        outputs,
        beams,
        lengthPenalty,
        sampling,
        value,
        stopStrings,
        logProbs);
  }

  public GenerationOptions withStopStrings(List<String> value) {
    return new GenerationOptions(
        maxNewTokens,
        minNewTokens,
        outputs,
        beams,
        lengthPenalty,
        sampling,
        stopTokens,
        value,
        logProbs);
  }

  public GenerationOptions withLogProbs(int value) {
    return new GenerationOptions(
        maxNewTokens,
        minNewTokens,
        outputs,
        beams,
        lengthPenalty,
        sampling,
        stopTokens,
        stopStrings,
        value);
  }

  /** Most tokens of an output. */
  public GenerationOptions withMaxNewTokens(int value) {
    return new GenerationOptions(
        value,
        minNewTokens,
        outputs,
        beams,
        lengthPenalty,
        sampling,
        stopTokens,
        stopStrings,
        logProbs);
  }

  /** Stop tokens are not picked before so many tokens. */
  public GenerationOptions withMinNewTokens(int value) {
    return new GenerationOptions(
        maxNewTokens,
        value,
        outputs,
        beams,
        lengthPenalty,
        sampling,
        stopTokens,
        stopStrings,
        logProbs);
  }

  /** So many outputs of the same prompt. */
  public GenerationOptions withOutputs(int value) {
    return new GenerationOptions(
        maxNewTokens,
        minNewTokens,
        value,
        beams,
        lengthPenalty,
        sampling,
        stopTokens,
        stopStrings,
        logProbs);
  }
}
