package io.deltaport.template.tree;

import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variables, and around them the variables of the scope that this one lies in. */
public final class Scope {

  private final @Nullable Scope outer;
  private final Map<String, Value> variables = new HashMap<>();

  private Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  /** A scope of these variables with nothing around it. */
  public static Scope of(Map<String, Value> variables) {
    Scope scope = new Scope(null);
    scope.variables.putAll(variables);
    return scope;
  }

  /** An empty scope inside this one. */
  public Scope inner() {
    return new Scope(this);
  }

  /** The value of a variable, undefined where no scope has it. */
  public Value get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Value value = scope.variables.get(name);
      if (value != null) {
        return value;
      }
    }
    return UndefinedValue.variable(name);
  }

  /** Sets a variable of this scope itself. */
  public void set(String name, Value value) {
    variables.put(name, value);
  }
}
