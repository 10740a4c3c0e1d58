package io.deltaport.template.tree;

import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;
import java.util.List;

/** {@code a ~ b ~ c}: what they print, one after the other. */
public record Concat(List<Expression> parts) implements Expression {

  /** Copies. */
  public Concat {
    parts = List.copyOf(parts);
  }

  @Override
  public Value evaluate(Scope scope, Run run) {
    StringBuilder out = new StringBuilder();
    for (Expression part : parts) {
      String text = part.value(scope, run).str(run);
      run.text(text.length());
      out.append(text);
    }
    return StrValue.of(out.toString(), run);
  }
}
