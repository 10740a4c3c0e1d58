package io.deltaport.engine.request;

import io.deltaport.engine.sampling.ScoredToken;
import java.util.List;
import java.util.Optional;

/**
 * One token of an output, as it comes.
 *
 * @param id its id
 * @param text what is now sure of the output's text: whole characters, and none that may belong to
 *     a stop string
 * @param score its log-probability, where log-probabilities were asked for
 * @param best the best tokens in its place, best first
 */
public record GeneratedToken(
    int id, String text, Optional<ScoredToken> score, List<ScoredToken> best) {
  public GeneratedToken {
    best = List.copyOf(best);
  }
}
