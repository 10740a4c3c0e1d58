package io.deltaport.template.syntax;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which of {@code caller}, {@code kwargs}, {@code varargs} the body of a macro reads before it sets
 * them.
 */
final class NameUse {

  private static final List<String> SPECIALS = List.of("caller", "kwargs", "varargs");

  private record Watch(Set<String> open, Set<String> read) {}

  private final Deque<Watch> watches = new ArrayDeque<>();
  private int loops;

  /** A loop begins, in which {@code loop} cannot be set. */
  void beginLoop() {
    loops++;
  }

  /** The innermost loop is over. */
  void endLoop() {
    loops--;
  }

  boolean inLoop() {
    return loops > 0;
  }

  /** The body of a macro begins. */
  void begin() {
    watches.push(new Watch(new HashSet<>(SPECIALS), new HashSet<>()));
  }

  /** The body of the innermost macro is over. */
  Set<String> end() {
    return watches.pop().read;
  }

  void read(String name) {
    for (Watch watch : watches) {
      if (watch.open.contains(name)) {
        watch.read.add(name);
      }
    }
  }

  void set(String name) {
    watches.forEach(watch -> watch.open.remove(name));
  }
}
