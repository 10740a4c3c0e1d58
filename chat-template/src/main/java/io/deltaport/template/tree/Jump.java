package io.deltaport.template.tree;

import io.deltaport.template.value.Run;

/** {@code {% break %}} and {@code {% continue %}}. */
public record Jump(Flow flow) implements Statement {

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    return flow;
  }
}
