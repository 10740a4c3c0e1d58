package io.deltaport.directory.state;

import java.util.List;

/**
 * What the layers of a model keep between tokens, its MTP head's included where there is one, in
 * the order of a pool's layers.
 */
public record State(List<StateLayer> layers) {
  /** Copies. */
  public State {
    layers = List.copyOf(layers);
  }

  /** Bytes of one sequence's slot of all layers; 0 where no layer keeps one. */
  public long slotBytes() {
    return layers.stream().mapToLong(StateLayer::slotBytes).reduce(0, Math::addExact);
  }

  /** Bytes of a block of so many tokens of all layers. */
  public long blockBytes(KvType kv, long tokens) {
    return layers.stream()
        .mapToLong(layer -> layer.blockBytes(kv, tokens))
        .reduce(0, Math::addExact);
  }
}
