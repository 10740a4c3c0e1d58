package io.deltaport.template.tree;

import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Variables, and around them the variables of the scope that this one lies in. A turn of a loop is
 * a scope, so a small one is two short arrays; one that grows becomes a map.
 */
public final class Scope {

  private static final int SMALL = 8;

  private final @Nullable Scope outer;
  private String[] names = {};
  private Value[] values = {};
  private int size;
  private @Nullable Map<String, Value> large;

  private Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  /** A scope of these variables with nothing around it. */
  public static Scope of(Map<String, Value> variables) {
    Scope scope = new Scope(null);
    scope.large = new HashMap<>(variables);
    return scope;
  }

  /** An empty scope inside this one. */
  public Scope inner() {
    return new Scope(this);
  }

  /** A scope of these variables inside this one. */
  public Scope inner(Map<String, Value> variables) {
    Scope scope = inner();
    scope.large = new HashMap<>(variables);
    return scope;
  }

  /** The value of a variable, undefined where no scope has it. */
  public Value get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.own(name);
      if (value != null) {
        return value;
      }
    }
    return UndefinedValue.variable(name);
  }

  private @Nullable Value own(String name) {
    if (large != null) {
      return large.get(name);
    }
    int place = place(name);
    return place < size ? values[place] : null;
  }

  private int place(String name) {
    int place = 0;
    while (place < size && !names[place].equals(name)) {
      place++;
    }
    return place;
  }

  /** Makes a variable undefined in this scope, whatever lies around it. */
  void unset(String name) {
    set(name, UndefinedValue.variable(name));
  }

  /** Sets a variable of this scope itself. */
  public void set(String name, Value value) {
    if (large != null) {
      large.put(name, value);
      return;
    }
    int place = place(name);
    if (place == SMALL) {
      large = new HashMap<>();
      for (int i = 0; i < size; i++) {
        large.put(names[i], values[i]);
      }
      large.put(name, value);
      return;
    }
    if (place == names.length) {
      names = Arrays.copyOf(names, Math.max(2, 2 * place));
      values = Arrays.copyOf(values, names.length);
    }
    names[place] = name;
    values[place] = value;
    size = Math.max(size, place + 1);
  }
}
