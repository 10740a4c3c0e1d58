package io.deltaport.template.tree;

import io.deltaport.template.value.Run;

/**
 * {@code {% generation %}body{% endgeneration %}}: transformers' mark around what the model has
 * written. It prints its body, and what the body sets stays inside.
 */
public record Generation(Block body) implements Statement {

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    return body.execute(scope.inner(), out, run);
  }
}
