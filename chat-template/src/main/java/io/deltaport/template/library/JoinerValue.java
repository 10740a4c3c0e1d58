package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.ObjectValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;
import org.jspecify.annotations.Nullable;

/** Jinja's {@code joiner(sep)}: nothing when called first, then its separator. */
final class JoinerValue implements ObjectValue {

  private final Value separator;
  private boolean used;

  private JoinerValue(Value separator) {
    this.separator = separator;
  }

  static Value create(Arguments arguments, Run run) {
    return new JoinerValue(arguments.bind("joiner", "sep?").get(0, StrValue.of(", ")));
  }

  @Override
  public String type() {
    return "Joiner";
  }

  @Override
  public Value call(Arguments arguments, Run run) {
    arguments.bind("joiner");
    Value made = used ? separator : StrValue.of("");
    used = true;
    return made;
  }

  @Override
  public @Nullable Value attribute(String name, Run run) {
    return switch (name) {
      case "sep" -> separator;
      case "used" -> BoolValue.of(used);
      default -> null;
    };
  }
}
