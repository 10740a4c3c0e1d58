package io.deltaport.evaluate.quality;

import java.util.Optional;

/**
 * How well a model predicts a text.
 *
 * @param tokens tokens of the text
 * @param scored tokens that were predicted: all but the first of each window
 * @param perplexity {@code exp} of the mean negative log-probability of the scored tokens
 * @param divergence from a reference model, where there was one
 */
public record Quality(
    long tokens, long scored, double perplexity, Optional<Divergence> divergence) {}
