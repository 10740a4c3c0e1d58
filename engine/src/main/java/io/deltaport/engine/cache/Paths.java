package io.deltaport.engine.cache;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Where earlier prompts went: a radix tree of token ids for each salt. Bounded: what was not gone
 * along for longest is forgotten first, but for ways to states that are kept.
 */
final class Paths {
  private final long most;
  private final Map<String, Node> roots = new HashMap<>();
  private long weight;
  private long tokens;

  /**
   * @param most most tokens that are remembered
   */
  Paths(long most) {
    this.most = most;
  }

  long tokens() {
    return tokens;
  }

  /** Follows token ids as far as they are known. */
  Walk walk(String salt, int[] ids) {
    Node node = roots.getOrDefault(salt, Node.root());
    List<Node> nodes = new ArrayList<>();
    nodes.add(node);
    int at = 0;
    while (at < ids.length) {
      @Nullable Node child = node.child(ids[at]);
      if (child == null) {
        break;
      }
      int common = child.common(ids, at);
      at += common;
      if (common < child.edgeLength()) {
        break;
      }
      nodes.add(child);
      node = child;
    }
    return new Walk(nodes, at, ids.length);
  }

  /** Remembers the first {@code length} token ids; gives their place. */
  Node add(String salt, int[] ids, int length, long now) {
    Node node = roots.computeIfAbsent(salt, key -> Node.root());
    while (node.depth() < length) {
      node.touch(now);
      node = next(node, ids, length);
    }
    node.touch(now);
    forget(node);
    return node;
  }

  /** One place further along. */
  private Node next(Node node, int[] ids, int length) {
    @Nullable Node child = node.child(ids[node.depth()]);
    if (child == null) {
      Node added = node.add(ids, length);
      weight += added.weight();
      tokens += added.edgeLength();
      return added;
    }
    int common = Math.min(child.common(ids, node.depth()), length - node.depth());
    if (common == child.edgeLength()) {
      return child;
    }
    long before = child.weight();
    Node middle = child.split(common);
    weight += middle.weight() + child.weight() - before;
    return middle;
  }

  /** Forgets what is too much, an eighth more, so that it is seldom done; not the way just gone. */
  private void forget(Node keep) {
    if (weight <= most) {
      return;
    }
    PriorityQueue<Node> leaves = new PriorityQueue<>(Comparator.comparingLong(Node::lastUse));
    roots.values().forEach(root -> collect(root, leaves));
    while (weight > most - most / 8 && !leaves.isEmpty()) {
      Node leaf = leaves.remove();
      if (leaf == keep) {
        continue;
      }
      weight -= leaf.weight();
      tokens -= leaf.edgeLength();
      Node above = leaf.remove();
      if (above.isGhostLeaf()) {
        leaves.add(above);
      }
    }
    roots.values().removeIf(root -> root.children().isEmpty());
  }

  private static void collect(Node from, PriorityQueue<Node> leaves) {
    List<Node> open = new ArrayList<>(List.of(from));
    while (!open.isEmpty()) {
      Node node = open.remove(open.size() - 1);
      open.addAll(node.children());
      if (node.isGhostLeaf()) {
        leaves.add(node);
      }
    }
  }

  void clear() {
    roots.clear();
    weight = 0;
    tokens = 0;
  }
}
