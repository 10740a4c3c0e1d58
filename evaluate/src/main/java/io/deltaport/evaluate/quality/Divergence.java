package io.deltaport.evaluate.quality;

/**
 * How far a model's predictions are from those of a reference model, over the same tokens.
 *
 * @param klMean mean of {@code KL(reference || model)}, in nats
 * @param klP999 its 99.9th percentile, between ranks by straight line
 * @param top1Agreement share of the tokens for which both have the same best token, 0 to 1
 */
public record Divergence(double klMean, double klP999, double top1Agreement) {}
