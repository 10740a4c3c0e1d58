package io.deltaport.engine.cache;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of token ids through the tree of known prompts.
 *
 * @param nodes the places that were reached, from the first on
 * @param common how many tokens are known
 * @param length how many there are
 */
record Walk(List<Node> nodes, int common, int length) {
  Walk {
    nodes = List.copyOf(nodes);
  }

  Node last() {
    return nodes.get(nodes.size() - 1);
  }

  /** The deepest state on the way, of at most so many tokens. */
  @Nullable Entry deepest(int most) {
    for (int i = nodes.size() - 1; i >= 0; i--) {
      Node node = nodes.get(i);
      if (node.entry() != null && node.depth() <= most) {
        return node.entry();
      }
    }
    return null;
  }

  boolean passesEvicted() {
    return nodes.stream().anyMatch(Node::wasEvicted);
  }

  /** Whether another prompt goes on otherwise where these tokens leave what is known, or end. */
  boolean parts() {
    return common == length || !last().children().isEmpty();
  }
}
