package io.deltaport.template.syntax;

import io.deltaport.template.tree.Frame;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What becomes of names while the template is read: the frame of the scope that is being read,
 * whether a loop is around, and which of {@code caller}, {@code kwargs}, {@code varargs} the body
 * of a macro reads before it sets them.
 */
final class NameUse {

  private static final List<String> SPECIALS = List.of("caller", "kwargs", "varargs");

  private record Watch(Set<String> open, Set<String> read) {}

  private final Deque<Frame> frames = new ArrayDeque<>();
  private final Deque<Watch> watches = new ArrayDeque<>();
  private int loops;

  NameUse(Frame root) {
    frames.push(root);
  }

  /** The frame of what is being read. */
  Frame frame() {
    return frames.element();
  }

  /** A scope begins. */
  Frame beginFrame() {
    frames.push(frame().inner());
    return frame();
  }

  /** A scope whose parameters have been read goes on. */
  void resume(Frame frame) {
    frames.push(frame);
  }

  /** The innermost scope is over. */
  void endFrame() {
    frames.pop();
  }

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
  void beginMacro() {
    watches.push(new Watch(new HashSet<>(SPECIALS), new HashSet<>()));
  }

  /** The body of the innermost macro is over. */
  Set<String> endMacro() {
    return watches.pop().read;
  }

  void read(String name) {
    frame().read(name);
    for (Watch watch : watches) {
      if (watch.open.contains(name)) {
        watch.read.add(name);
      }
    }
  }

  /** A name is set by a statement. */
  void set(String name) {
    frame().set(name);
    watches.forEach(watch -> watch.open.remove(name));
  }

  /** A name is a parameter, or the target of a loop. */
  void parameter(String name) {
    frame().read(name);
    watches.forEach(watch -> watch.open.remove(name));
  }
}
