package io.deltaport.converter.blocks;

import java.util.Optional;

/** Which values of its layers a graph calls by names of its own. */
public interface Taps {
  /** None. */
  Taps NONE = (tap, layer) -> Optional.empty();

  /** The name of a value of a layer, if it has one. */
  Optional<String> name(Tap tap, int layer);
}
