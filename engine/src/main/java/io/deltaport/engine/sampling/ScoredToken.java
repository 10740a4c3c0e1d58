package io.deltaport.engine.sampling;

/**
 * A token and what the model gave it, before penalties and temperature.
 *
 * @param logProbability natural logarithm of its probability
 */
public record ScoredToken(int id, double logProbability) {}
