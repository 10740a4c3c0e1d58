package io.deltaport.template.tree;

import io.deltaport.template.value.Run;

/**
 * {@code {% generation %}body{% endgeneration %}}: transformers' mark around what the model has
 * written. It prints its body, and what the body sets stays inside.
 */
public record Generation(Frame frame, Block body) implements Statement {

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    Output inner = new Output(run);
    body.execute(frame.open(scope), inner, run);
    out.print(inner.text());
    return Flow.NEXT;
  }
}
