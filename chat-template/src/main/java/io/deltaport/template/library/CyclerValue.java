package io.deltaport.template.library;

import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.NoneValue;
import io.deltaport.template.value.ObjectValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Jinja's {@code cycler(...)}: its items one after the other, again and again. */
final class CyclerValue implements ObjectValue {

  private final List<Value> items;
  private int place;

  private CyclerValue(List<Value> items) {
    this.items = items;
  }

  static Value create(Arguments arguments, Run run) {
    if (!arguments.named().isEmpty()) {
      throw Raise.type("cycler() takes no keyword arguments");
    }
    if (arguments.positional().isEmpty()) {
      throw Raise.runtime("at least one item has to be provided");
    }
    return new CyclerValue(arguments.positional());
  }

  @Override
  public String type() {
    return "Cycler";
  }

  @Override
  public boolean isCallable() {
    return false;
  }

  @Override
  public @Nullable Value attribute(String name, Run run) {
    return switch (name) {
      case "current" -> items.get(place);
      case "items" -> new TupleValue(items);
      case "pos" -> IntValue.of(place);
      case "next" -> BuiltIn.method(this, name, CyclerValue::next);
      case "reset" -> BuiltIn.method(this, name, CyclerValue::reset);
      default -> null;
    };
  }

  private Value next(Arguments arguments, Run run) {
    arguments.bind("next");
    Value item = items.get(place);
    place = (place + 1) % items.size();
    return item;
  }

  private Value reset(Arguments arguments, Run run) {
    arguments.bind("reset");
    place = 0;
    return NoneValue.NONE;
  }
}
