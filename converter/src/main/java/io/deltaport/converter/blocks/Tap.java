package io.deltaport.converter.blocks;

import java.util.Optional;

/** A value of a layer that a graph may return under a name of its own. */
public enum Tap {
  /** The residual stream before the layer, {@code [tokens, hidden]}, where it is a sum. */
  INPUT,
  /** What goes into the token mixer, {@code [tokens, hidden]}. */
  MIXER,
  /** What goes into the mixer's output projection, {@code [tokens, heads * head_dim]}. */
  MIXED,
  /** What goes into the MLP, {@code [tokens, hidden]}. */
  MLP,
  /** Of a sparse MLP, {@code [tokens, experts]}; a graph that names it returns it. */
  ROUTER_LOGITS;

  /** Which values of its layers a graph calls by names of its own. */
  public interface Names {
    /** None. */
    Names NONE = (tap, layer) -> Optional.empty();

    /** The name of a value of a layer, if it has one. */
    Optional<String> of(Tap tap, int layer);
  }
}
