package io.deltaport.engine.schedule;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What waits, in the order of its turn: lower priorities first; among equal ones the key that has
 * been served least, by tokens; among those of a key the first that came. A key that comes back
 * after a pause has no claim on what it did not use meanwhile. Not thread-safe.
 */
public final class WaitingQueue<T> {
  private final TreeMap<Integer, Map<String, Deque<T>>> waiting = new TreeMap<>();
  private final Map<String, Long> served = new HashMap<>();
  private long least; // what the key that was served least among those waiting has had
  private int size;

  /** How many wait. */
  public int size() {
    return size;
  }

  /** The last of its key. */
  public void add(int priority, String key, T item) {
    deque(priority, key).addLast(item);
  }

  private Deque<T> deque(int priority, String key) {
    size++;
    if (isIdle(key)) {
      served.merge(key, least, Math::max);
    }
    return waiting
        .computeIfAbsent(priority, p -> new LinkedHashMap<>())
        .computeIfAbsent(key, k -> new ArrayDeque<>());
  }

  private boolean isIdle(String key) {
    return waiting.values().stream().noneMatch(keys -> keys.containsKey(key));
  }

  /** Whose turn it is. */
  public Optional<T> first() {
    return size == 0 ? Optional.empty() : Optional.of(firstOf(firstKeys()).getValue().getFirst());
  }

  /** Takes an item out of its place; its key has its turn. */
  public void take(int priority, String key, T item) {
    Map<String, Deque<T>> keys = waiting.get(priority);
    Deque<T> items = keys == null ? null : keys.get(key);
    if (items == null || !items.remove(item)) {
      throw new IllegalArgumentException("no such item waits");
    }
    least = Math.max(least, served(key));
    size--;
    clean();
  }

  /** A key was served so many tokens. */
  public void served(String key, long tokens) {
    served.merge(key, tokens, Long::sum);
    if (served.size() > 4096) {
      served.keySet().removeIf(other -> isIdle(other) && served(other) <= least);
    }
  }

  /** Takes out all that the test names. */
  public void removeIf(Predicate<T> test, Collection<T> removed) {
    waiting
        .values()
        .forEach(
            keys ->
                keys.values()
                    .forEach(
                        items ->
                            items.removeIf(
                                item -> {
                                  boolean gone = test.test(item);
                                  if (gone) {
                                    removed.add(item);
                                    size--;
                                  }
                                  return gone;
                                })));
    clean();
  }

  private void clean() {
    waiting.values().forEach(keys -> keys.values().removeIf(Deque::isEmpty));
    waiting.values().removeIf(Map::isEmpty);
  }

  private Map<String, Deque<T>> firstKeys() {
    return waiting.firstEntry().getValue();
  }

  private Map.Entry<String, Deque<T>> firstOf(Map<String, Deque<T>> keys) {
    return keys.entrySet().stream()
        .min((a, b) -> Long.compare(served(a.getKey()), served(b.getKey())))
        .orElseThrow();
  }

  private long served(String key) {
    return served.getOrDefault(key, 0L);
  }
}
