package io.deltaport.template.tree;

import io.deltaport.template.value.Run;

/** {@code {% macro name(parameters) %}body{% endmacro %}}. */
public record Macro(String name, MacroDefinition definition) implements Statement {

  @Override
  public Flow execute(Scope scope, Output out, Run run) {
    scope.set(name, new MacroValue(definition, scope));
    return Flow.NEXT;
  }
}
