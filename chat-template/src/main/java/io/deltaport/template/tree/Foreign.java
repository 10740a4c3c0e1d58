package io.deltaport.template.tree;

import io.deltaport.template.value.Position;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;

/**
 * {@code include}, {@code import}, {@code extends}: a chat template stands alone, so there is
 * nothing to load.
 */
public record Foreign(Position position) implements Statement {

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    run.at(position);
    throw Raise.type("no loader for this environment specified");
  }
}
