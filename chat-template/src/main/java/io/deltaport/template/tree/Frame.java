package io.deltaport.template.tree;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of a scope, as Jinja's {@code idtracking} follows them: a name that a scope sets before
 * it reads it, outside of any if, and that no scope around it touches, is undefined in it until it
 * is set, even where the request has a variable of that name. {@code {% for m in messages %}{{ day
 * }}{% endfor %}{% set day = 1 %}} prints nothing.
 */
public final class Frame {

  private final @Nullable Frame outer;
  private final List<Frame> inner = new ArrayList<>();
  private final Set<String> touched = new HashSet<>();
  private final Set<String> setFirst = new HashSet<>();
  private int branches;

  private Frame(@Nullable Frame outer) {
    this.outer = outer;
  }

  /** The frame of a template. */
  public static Frame root() {
    return new Frame(null);
  }

  /** The frame of a scope inside of this one. */
  public Frame inner() {
    Frame frame = new Frame(this);
    inner.add(frame);
    return frame;
  }

  /** An if begins. */
  public void beginBranch() {
    branches++;
  }

  /** The innermost if is over. */
  public void endBranch() {
    branches--;
  }

  /** A name is read, or is a parameter. */
  public void read(String name) {
    touched.add(name);
  }

  /** A name is set. */
  public void set(String name) {
    if (touched.add(name) && branches == 0) {
      setFirst.add(name);
    }
  }

  /** The template has been read: what the scopes around this one touch is theirs. */
  public void settle() {
    setFirst.removeIf(this::isTouchedAround);
    inner.forEach(Frame::settle);
  }

  private boolean isTouchedAround(String name) {
    for (Frame frame = outer; frame != null; frame = frame.outer) {
      if (frame.touched.contains(name)) {
        return true;
      }
    }
    return false;
  }

  /** A scope of this frame. */
  Scope open(Scope around) {
    Scope scope = around.inner();
    setFirst.forEach(scope::unset);
    return scope;
  }
}
