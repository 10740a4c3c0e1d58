package io.deltaport.template.tree;

import io.deltaport.template.value.Run;
import java.util.List;

/** {@code {% if %}}, {@code {% elif %}}, {@code {% else %}}: no scope of their own. */
public record If(List<Branch> branches, Block otherwise) implements Statement {

  /** A test and what is done where it holds. */
  public record Branch(Expression test, Block body) {}

  /** Copies. */
  public If {
    branches = List.copyOf(branches);
  }

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    for (Branch branch : branches) {
      if (branch.test.value(scope, run).truth()) {
        return branch.body.execute(scope, out, run);
      }
    }
    return otherwise.execute(scope, out, run);
  }
}
