package io.deltaport.template.tree;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.NoneValue;
import io.deltaport.template.value.ObjectValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A macro in the scope that it was defined in. */
record MacroValue(MacroDefinition definition, Scope scope) implements ObjectValue {

  @Override
  public String type() {
    return "Macro";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    out.append("<Macro ").append(definition.printed()).append('>');
  }

  @Override
  public Value call(Arguments arguments, Run run) {
    Map<String, Value> given = given(arguments, run);
    run.enter();
    Scope inner = definition.frame().open(scope);
    given.forEach(inner::set);
    fill(given, inner, run);
    Output out = new Output(run);
    definition.body().execute(inner, out, run);
    run.leave();
    return StrValue.of(out.text(), run);
  }

  /** The arguments by the names of the parameters; those that are not given are missing. */
  private Map<String, Value> given(Arguments arguments, Run run) {
    List<Value> positional = arguments.positional();
    Map<String, Value> named = new LinkedHashMap<>(arguments.named());
    Map<String, Value> given = new LinkedHashMap<>();
    List<Parameter> parameters = definition.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i).name();
      Value value = i < positional.size() ? positional.get(i) : named.remove(name);
      if (value != null) {
        given.put(name, value);
      }
    }
    addSpecials(positional, named, given, run);
    return given;
  }

  private void addSpecials(
      List<Value> positional, Map<String, Value> named, Map<String, Value> given, Run run) {
    int count = definition.parameters().size();
    if (definition.specials().contains(MacroDefinition.CALLER)) {
      Value caller = named.remove(MacroDefinition.CALLER);
      boolean called = caller != null && caller != NoneValue.NONE;
      given.put(
          MacroDefinition.CALLER, called ? caller : UndefinedValue.because("No caller defined"));
    }
    if (definition.specials().contains(MacroDefinition.KWARGS)) {
      given.put(MacroDefinition.KWARGS, DictValue.named(named, run));
    } else if (!named.isEmpty()) {
      throw Raise.type(
          "macro "
              + definition.printed()
              + " takes no keyword argument '"
              + named.keySet().iterator().next()
              + "'");
    }
    if (definition.specials().contains(MacroDefinition.VARARGS)) {
      List<Value> more = positional.subList(Math.min(count, positional.size()), positional.size());
      given.put(MacroDefinition.VARARGS, new TupleValue(new ArrayList<>(more)));
    } else if (positional.size() > count) {
      throw Raise.type(
          "macro " + definition.printed() + " takes not more than " + count + " argument(s)");
    }
  }

  /** Defaults see the parameters before them, and those after them as undefined. */
  private void fill(Map<String, Value> given, Scope inner, Run run) {
    for (Parameter parameter : definition.parameters()) {
      if (!given.containsKey(parameter.name())) {
        inner.set(parameter.name(), UndefinedValue.variable(parameter.name()));
      }
    }
    for (Parameter parameter : definition.parameters()) {
      if (!given.containsKey(parameter.name())) {
        Expression otherwise = parameter.otherwise();
        inner.set(
            parameter.name(),
            otherwise != null
                ? otherwise.value(inner, run)
                : UndefinedValue.because("parameter '" + parameter.name() + "' was not provided"));
      }
    }
  }

  @Override
  public @Nullable Value attribute(String name, Run run) {
    return switch (name) {
      case "name" -> definition.name() == null ? NoneValue.NONE : StrValue.of(definition.name());
      case "arguments" -> {
        List<Value> names = new ArrayList<>();
        definition.parameters().forEach(each -> names.add(StrValue.of(each.name())));
        yield new TupleValue(names);
      }
      case "caller" -> BoolValue.of(definition.specials().contains(MacroDefinition.CALLER));
      case "catch_kwargs" -> BoolValue.of(definition.specials().contains(MacroDefinition.KWARGS));
      case "catch_varargs" -> BoolValue.of(definition.specials().contains(MacroDefinition.VARARGS));
      case "explicit_caller" -> BoolValue.of(definition.has(MacroDefinition.CALLER));
      default -> null;
    };
  }
}
