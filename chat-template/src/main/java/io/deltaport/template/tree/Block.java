package io.deltaport.template.tree;

import io.deltaport.template.tree.Statement.Flow;
import io.deltaport.template.value.Run;
import java.util.List;

/** Statements one after the other. */
public record Block(List<Statement> statements) {

  /** Copies. */
  public Block {
    statements = List.copyOf(statements);
  }

  /** Does them until one breaks out. */
  public Flow execute(Scope scope, Output out, Run run) {
    for (Statement statement : statements) {
      run.step();
      Flow flow = statement.execute(scope, out, run);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }
}
