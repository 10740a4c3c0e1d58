package io.deltaport.runtime.generate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/**
 * The bookkeeping of beam search, as {@code GenerationMixin._beam_search} of transformers does it
 * for one prompt without sampling, with length penalty 1 and {@code early_stopping=False}: which
 * beams run on, which are finished, and when no running one can win any more. Scores are float32
 * sums of log-probabilities.
 */
final class Beams {
  /** A next token of a running beam. */
  record Continuation(int token, float logProbability) {}

  /**
   * An output so far.
   *
   * @param parent which of the beams that ran before it continues
   * @param tokens its output
   * @param score sum of log-probabilities; once finished, over its length
   */
  record Beam(int parent, List<Integer> tokens, float score) {
    Beam {
      tokens = List.copyOf(tokens);
    }

    int last() {
      return tokens.get(tokens.size() - 1);
    }

    private Beam finished() {
      return new Beam(parent, tokens, score / tokens.size());
    }
  }

  private record Candidate(int parent, int token, float score) {}

  private final int beams;
  private final int maxNewTokens;
  private final Predicate<Beam> ends;
  private List<Beam> running = List.of(new Beam(0, List.of(), 0));
  private List<Beam> finished = List.of();

  /**
   * A search that begins with one empty beam.
   *
   * @param ends whether a beam ends with its last token, for another reason than its length
   */
  Beams(int beams, int maxNewTokens, Predicate<Beam> ends) {
    this.beams = beams;
    this.maxNewTokens = maxNewTokens;
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
      if (beam.tokens().size() < maxNewTokens && !ends.test(beam)) {
        next.add(beam);
      } else if (rank < beams) {
        ended.add(beam.finished());
      }
    }
    ended.sort(Comparator.comparingDouble((Beam beam) -> -beam.score()));
    finished = first(ended);
    running = canImprove(next) ? first(next) : List.of();
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
    return List.copyOf(best.subList(0, Math.min(beams, best.size())));
  }

  /**
   * Transformers' heuristic: the best running beam, were it to end here, against the worst finished
   * one.
   */
  private boolean canImprove(List<Beam> next) {
    if (next.isEmpty() || finished.size() < beams) {
      return !next.isEmpty();
    }
    return next.get(0).finished().score() > finished.get(beams - 1).score();
  }
}
