package io.deltaport.evaluate.parity;

/**
 * A loss.
 *
 * @param ours what the model gives
 * @param reference what transformers gives
 */
public record LossPair(double ours, double reference) {}
