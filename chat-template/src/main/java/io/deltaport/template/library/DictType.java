package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.ObjectValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;
import org.jspecify.annotations.Nullable;

/** The global {@code dict}: called it makes a dict, and it has {@code fromkeys}. */
record DictType() implements ObjectValue {

  @Override
  public String type() {
    return "TemplateDict";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    out.append('<').append(Globals.MODULE).append(Globals.LOCAL);
    out.append("TemplateDict object at 0x0>");
  }

  @Override
  public Value call(Arguments arguments, Run run) {
    return DictValue.of(Globals.dict(arguments, run), run);
  }

  @Override
  public @Nullable Value attribute(String name, Run run) {
    return name.equals("fromkeys")
        ? BuiltIn.function("method", "<bound method fromkeys>", Globals::fromKeys)
        : null;
  }
}
