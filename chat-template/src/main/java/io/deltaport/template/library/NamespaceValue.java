package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.ObjectValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@code namespace()}: the one value that a template can change, so that a loop can hand
 * something out.
 */
public final class NamespaceValue implements ObjectValue {

  private final Map<Value, Value> attributes;

  private NamespaceValue(Map<Value, Value> attributes) {
    this.attributes = attributes;
  }

  static Value create(Arguments arguments, Run run) {
    Map<Value, Value> attributes = Globals.dict(arguments, run);
    attributes.keySet().forEach(NamespaceValue::requirePublic);
    return new NamespaceValue(attributes);
  }

  /** {@code {% set namespace.name = value %}}. */
  public void set(String name, Value value) {
    requirePublic(StrValue.of(name));
    attributes.put(StrValue.of(name), value);
  }

  private static void requirePublic(Value name) {
    if (name instanceof StrValue text && text.text().startsWith("_")) {
      throw Raise.security(
          "Chat templates cannot store underscore-prefixed attributes on a namespace, but got '"
              + text.text()
              + "'. Please rename the attribute.");
    }
  }

  @Override
  public String type() {
    return "TemplateNamespace";
  }

  @Override
  public boolean isCallable() {
    return false;
  }

  @Override
  public @Nullable Value attribute(String name, Run run) {
    return attributes.get(StrValue.of(name));
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    run.enter();
    out.append("<Namespace ");
    new DictValue(attributes).repr(out, run);
    out.append('>');
    run.leave();
  }
}
