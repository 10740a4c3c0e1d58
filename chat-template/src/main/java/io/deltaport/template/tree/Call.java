package io.deltaport.template.tree;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.ObjectValue;
import io.deltaport.template.value.Position;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.Map;

/** {@code function(arguments)}. */
public record Call(Position position, Expression function, CallArguments arguments)
    implements Expression {

  @Override
  public Value evaluate(Scope scope, Run run) {
    Value callee = function.value(scope, run);
    return call(callee, arguments.evaluate(scope, Map.of(), run), run);
  }

  /** Calls with the macro of a call block as the argument {@code caller}. */
  Value evaluate(Scope scope, MacroValue caller, Run run) {
    Value callee = function.value(scope, run);
    return call(
        callee, arguments.evaluate(scope, Map.of(MacroDefinition.CALLER, caller), run), run);
  }

  private Value call(Value callee, Arguments given, Run run) {
    run.at(position);
    if (callee instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (callee instanceof ObjectValue object) {
      return object.call(given, run);
    }
    throw Raise.type("'" + callee.type() + "' object is not callable");
  }
}
