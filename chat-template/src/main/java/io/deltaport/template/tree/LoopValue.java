package io.deltaport.template.tree;

import io.deltaport.template.library.BuiltIn;
import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.Comparison;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.ListBuilder;
import io.deltaport.template.value.ObjectValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop}. It looks ahead only where the template asks for what lies ahead. */
final class LoopValue implements ObjectValue {

  /** What {@code loop(items)} does in a recursive loop. */
  interface Recursion {
    Value render(Value items, long depth0, Run run);
  }

  private final @Nullable Recursion recursion;
  private final long depth0;
  private Iterator<Value> items;
  private long length;
  private long index0 = -1;
  private @Nullable Value before;
  private @Nullable Value current;
  private @Nullable Value after;
  private @Nullable Value lastChanged;

  /**
   * A loop that has not begun.
   *
   * @param length how many items there are, -1 = not known before they are walked
   */
  LoopValue(Iterator<Value> items, long length, @Nullable Recursion recursion, long depth0) {
    this.items = items;
    this.length = length;
    this.recursion = recursion;
    this.depth0 = depth0;
  }

  /** The next item, or null at the end. */
  @Nullable Value next() {
    Value next = peek();
    after = null;
    if (next != null) {
      index0++;
      before = current;
      current = next;
    }
    return next;
  }

  private @Nullable Value peek() {
    if (after == null && items.hasNext()) {
      after = items.next();
    }
    return after;
  }

  private long length(Run run) {
    if (length < 0) {
      ListBuilder rest = new ListBuilder(run);
      items.forEachRemaining(rest::add);
      length = rest.size() + index0 + 1 + (after == null ? 0 : 1);
      items = rest.build().items().iterator();
    }
    return length;
  }

  @Override
  public String type() {
    return "LoopContext";
  }

  @Override
  public void repr(StringBuilder out, Run run) {
    out.append("<LoopContext ").append(index0 + 1).append('/').append(length(run)).append('>');
  }

  @Override
  public Value call(Arguments arguments, Run run) {
    if (recursion == null) {
      throw Raise.type("The loop must have the 'recursive' marker to be called recursively.");
    }
    return recursion.render(arguments.bind("loop", "iterable").get(0), depth0 + 1, run);
  }

  @Override
  public @Nullable Value attribute(String name, Run run) {
    return switch (name) {
      case "index" -> IntValue.of(index0 + 1);
      case "index0" -> IntValue.of(index0);
      case "revindex" -> IntValue.of(length(run) - index0);
      case "revindex0" -> IntValue.of(length(run) - index0 - 1);
      case "first" -> BoolValue.of(index0 == 0);
      case "last" -> BoolValue.of(peek() == null);
      case "length" -> IntValue.of(length(run));
      case "depth" -> IntValue.of(depth0 + 1);
      case "depth0" -> IntValue.of(depth0);
      case "previtem" -> orUndefined(before, "there is no previous item");
      case "nextitem" -> orUndefined(peek(), "there is no next item");
      case "cycle" -> BuiltIn.method(this, name, LoopValue::cycle);
      case "changed" -> BuiltIn.method(this, name, LoopValue::changed);
      default -> null;
    };
  }

  private static Value orUndefined(@Nullable Value value, String hint) {
    return value == null ? UndefinedValue.because(hint) : value;
  }

  private Value cycle(Arguments arguments, Run run) {
    int count = arguments.positional().size();
    if (count == 0 || !arguments.named().isEmpty()) {
      throw Raise.type("no items for cycling given");
    }
    return arguments.positional().get((int) (index0 % count));
  }

  private Value changed(Arguments arguments, Run run) {
    Value now = new TupleValue(arguments.positional());
    boolean same = lastChanged != null && Comparison.equal(lastChanged, now, run);
    lastChanged = now;
    return BoolValue.of(!same);
  }
}
