package io.deltaport.engine.cache;

import io.deltaport.engine.step.StepSequence;
import java.util.Optional;

/**
 * What the cache has of a prompt.
 *
 * @param sequence the first tokens of the prompt, to go on from; the caller's to close
 * @param cached how many tokens those are
 * @param outcome whether there are any, or why not
 * @param firstDifferent place of the first token that no earlier prompt has there; the prompt's
 *     length where all of it is known
 */
public record Match(
    Optional<StepSequence> sequence, int cached, Outcome outcome, int firstDifferent) {}
