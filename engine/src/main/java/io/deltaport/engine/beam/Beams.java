package io.deltaport.engine.beam;

import io.deltaport.engine.request.GenerationOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The bookkeeping of beam search, as {@code GenerationMixin._beam_search} of transformers does it
 * for one prompt without sampling and with {@code early_stopping=False}: which beams run on, which
 * are finished, and when no running one can win any more. Scores are float32 sums of
 * log-probabilities.
 */
final class Beams {
  /** A next token of a running beam. */
  record Continuation(int token, float logProbability) {}

  /**
   * An output so far.
   *
   * @param parent which of the beams that ran before it continues
   * @param tokens its output
   * @param score sum of log-probabilities; once finished, over its length to the power of the
   *     length penalty
   */
  record Beam(int parent, List<Integer> tokens, float score) {
    Beam {
      tokens = List.copyOf(tokens);
    }

    int last() {
      return tokens.get(tokens.size() - 1);
    }
  }

  private record Candidate(int parent, int token, float score) {}

  private final GenerationOptions options;
  private final Predicate<Beam> ends;
  private List<Beam> running = List.of(new Beam(0, List.of(), 0));
  private List<Beam> finished = List.of();

  /**
   * A search that begins with one empty beam.
   *
   * @param ends whether a beam ends with its last token, for another reason than its length
   */
  Beams(GenerationOptions options, Predicate<Beam> ends) {
    this.options = options;
    this.ends = ends;
  }

  /** The beams that run, best first; none when the search is over. */
  List<Beam> running() {
    return running;
  }

  /** The best finished beam; there is one when the search is over. */
  Beam best() {
    return finished.get(0);
  }

  /**
   * One step of the search.
   *
   * @param continuations of each running beam its {@code kept} best, best first
   * @param kept how many are looked at, over all beams: enough that {@code beams} of them do not
   *     end
   */
  void advance(List<List<Continuation>> continuations, int kept) {
    List<Beam> next = new ArrayList<>();
    List<Beam> ended = new ArrayList<>(finished);
    List<Candidate> candidates = best(continuations, kept);
    for (int rank = 0; rank < candidates.size(); rank++) {
      Beam beam = continued(candidates.get(rank));
      if (beam.tokens().size() < options.maxNewTokens() && !ends.test(beam)) {
        next.add(beam);
      } else if (rank < options.beams()) {
        ended.add(finished(beam));
      }
    }
    ended.sort(Comparator.comparingDouble((Beam beam) -> -beam.score()));
    finished = first(ended);
    running = canImprove(next) ? first(next) : List.of();
  }

  private Beam finished(Beam beam) {
    float length = (float) Math.pow(beam.tokens().size(), options.lengthPenalty());
    return new Beam(beam.parent(), beam.tokens(), beam.score() / length);
  }

  private List<Candidate> best(List<List<Continuation>> continuations, int kept) {
    List<Candidate> candidates = new ArrayList<>();
    for (int parent = 0; parent < running.size(); parent++) {
      float score = running.get(parent).score();
      for (Continuation next : continuations.get(parent)) {
        candidates.add(new Candidate(parent, next.token(), next.logProbability() + score));
      }
    }
    candidates.sort(
        Comparator.comparingDouble((Candidate candidate) -> -candidate.score())
            .thenComparingInt(Candidate::parent)
            .thenComparingInt(Candidate::token));
    return candidates.subList(0, Math.min(kept, candidates.size()));
  }

  private Beam continued(Candidate candidate) {
    List<Integer> tokens = new ArrayList<>(running.get(candidate.parent()).tokens());
    tokens.add(candidate.token());
    return new Beam(candidate.parent(), tokens, candidate.score());
  }

  private List<Beam> first(List<Beam> best) {
    return List.copyOf(best.subList(0, Math.min(options.beams(), best.size())));
  }

  /**
   * Transformers' heuristic: the best running beam, were it to end here, against the worst finished
   * one.
   */
  private boolean canImprove(List<Beam> next) {
    if (next.isEmpty() || finished.size() < options.beams()) {
      return !next.isEmpty();
    }
    return finished(next.get(0)).score() > finished.get(options.beams() - 1).score();
  }
}
