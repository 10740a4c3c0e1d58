package io.deltaport.loader.config;

/**
 * What one decoder layer is made of.
 *
 * @param mixer what mixes tokens
 * @param mlp what follows it
 */
public record DecoderLayer(LayerType mixer, MlpType mlp) {
  /** What works on each token alone. */
  public enum MlpType {
    /** One gated MLP. */
    DENSE,
    /** A mixture of experts. */
    SPARSE
  }
}
