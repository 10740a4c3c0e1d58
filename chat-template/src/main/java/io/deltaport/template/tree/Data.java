package io.deltaport.template.tree;

import io.deltaport.template.value.Run;

/** Text outside of tags. */
public record Data(String text) implements Statement {

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    out.print(text);
    return Flow.NEXT;
  }
}
