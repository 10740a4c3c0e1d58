package io.deltaport.template.tree;

import io.deltaport.template.value.Run;

/** {@code {% call(parameters) function(arguments) %}body{% endcall %}}. */
public record CallBlock(Call call, MacroDefinition body) implements Statement {

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    out.add(call.evaluate(scope, new MacroValue(body, scope), run));
    return Flow.NEXT;
  }
}
