package io.deltaport.engine.cache;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A place in the tree of known prompts: the tokens that lead to it from the one above. */
final class Node {
  /** What it takes beside its tokens, counted in tokens. */
  private static final int OVERHEAD = 32;

  private @Nullable Node parent;
  private int[] edge;
  private final int depth;
  private final Map<Integer, Node> children = new HashMap<>(2);
  private @Nullable Entry entry;
  private boolean evicted;
  private long lastUse;

  private Node(@Nullable Node parent, int[] edge, int depth) {
    this.parent = parent;
    this.edge = edge;
    this.depth = depth;
  }

  /** Where all prompts begin. */
  static Node root() {
    return new Node(null, new int[0], 0);
  }

  /** Adds a place below, {@code ids[depth .. length)} away. */
  Node add(int[] ids, int length) {
    Node child = new Node(this, Arrays.copyOfRange(ids, depth, length), length);
    children.put(child.edge[0], child);
    return child;
  }

  /** Adds a place on the way from the one above, after so many tokens of its edge. */
  Node split(int after) {
    Node above = above();
    Node middle = new Node(above, Arrays.copyOf(edge, after), above.depth + after);
    above.children.put(edge[0], middle);
    edge = Arrays.copyOfRange(edge, after, edge.length);
    middle.children.put(edge[0], this);
    parent = middle;
    return middle;
  }

  /** Takes a leaf away; gives the place above. */
  Node remove() {
    Node above = above();
    above.children.remove(edge[0]);
    parent = null;
    return above;
  }

  private Node above() {
    if (parent == null) {
      throw new IllegalStateException("the first place has none above");
    }
    return parent;
  }

  @Nullable Node child(int id) {
    return children.get(id);
  }

  Collection<Node> children() {
    return children.values();
  }

  /** How many tokens of its edge are those of {@code ids} from {@code from} on. */
  int common(int[] ids, int from) {
    int most = Math.min(edge.length, ids.length - from);
    int mismatch = Arrays.mismatch(edge, 0, most, ids, from, from + most);
    return mismatch < 0 ? most : mismatch;
  }

  boolean isRoot() {
    return parent == null;
  }

  /** Whether nothing is lost with it but the memory of where a prompt went. */
  boolean isGhostLeaf() {
    return parent != null && children.isEmpty() && entry == null;
  }

  int depth() {
    return depth;
  }

  int edgeLength() {
    return edge.length;
  }

  long weight() {
    return (long) edge.length + OVERHEAD;
  }

  @Nullable Entry entry() {
    return entry;
  }

  void keep(Entry value) {
    entry = value;
    evicted = false;
  }

  void evict() {
    entry = null;
    evicted = true;
  }

  /** Whether a state was kept here that gave way. */
  boolean wasEvicted() {
    return evicted;
  }

  long lastUse() {
    return lastUse;
  }

  void touch(long now) {
    lastUse = now;
  }

  /** The nearest state kept above. */
  @Nullable Entry entryAbove() {
    for (@Nullable Node node = parent; node != null; node = node.parent) {
      if (node.entry != null) {
        return node.entry;
      }
    }
    return null;
  }
}
