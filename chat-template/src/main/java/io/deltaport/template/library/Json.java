package io.deltaport.template.library;

import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.Comparison;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.FloatValue;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.ListValue;
import io.deltaport.template.value.NoneValue;
import io.deltaport.template.value.NumberValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.Value;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code json.dumps} as Python writes it. */
final class Json {

  private final Layout layout;
  private final Run run;
  private final StringBuilder out = new StringBuilder();

  /**
   * How the text is laid out.
   *
   * @param indent what one level is indented by, null = all on one line
   * @param itemSeparator between items
   * @param keySeparator between key and value
   * @param characters whether others than ASCII stay
   * @param keys the order of keys
   */
  record Layout(
      @Nullable String indent,
      String itemSeparator,
      String keySeparator,
      Characters characters,
      Keys keys) {}

  enum Characters {
    ALL,
    ASCII
  }

  enum Keys {
    AS_THEY_ARE,
    SORTED
  }

  private Json(Layout layout, Run run) {
    this.layout = layout;
    this.run = run;
  }

  static String write(Value value, Layout layout, Run run) {
    Json json = new Json(layout, run);
    json.write(value, 0);
    return json.out.toString();
  }

  private void write(Value value, int level) {
    run.step();
    run.output(out.length());
    if (value instanceof StrValue text) {
      quote(text.text());
    } else if (value instanceof ListValue list) {
      array(list.items(), level);
    } else if (value instanceof TupleValue tuple) {
      array(tuple.items(), level);
    } else if (value instanceof DictValue dict) {
      object(dict, level);
    } else {
      out.append(scalar(value));
    }
  }

  private String scalar(Value value) {
    if (value == NoneValue.NONE) {
      return "null";
    }
    if (value instanceof BoolValue bool) {
      return bool.truth() ? "true" : "false";
    }
    if (value instanceof IntValue number) {
      return number.str(run);
    }
    if (value instanceof FloatValue number) {
      return Double.isNaN(number.number()) ? "NaN" : number.str(run).replace("inf", "Infinity");
    }
    throw Raise.type("Object of type " + value.type() + " is not JSON serializable");
  }

  private void array(List<Value> items, int level) {
    if (items.isEmpty()) {
      out.append("[]");
      return;
    }
    run.enter();
    out.append('[');
    for (int i = 0; i < items.size(); i++) {
      separate(i, level + 1);
      write(items.get(i), level + 1);
    }
    line(level);
    out.append(']');
    run.leave();
  }

  private void object(DictValue dict, int level) {
    if (!dict.truth()) {
      out.append("{}");
      return;
    }
    run.enter();
    out.append('{');
    int place = 0;
    for (Value key : keys(dict.entries().keySet())) {
      separate(place++, level + 1);
      quote(key(key));
      out.append(layout.keySeparator);
      Value value = dict.get(key, run);
      write(value == null ? NoneValue.NONE : value, level + 1);
    }
    line(level);
    out.append('}');
    run.leave();
  }

  private Collection<Value> keys(Collection<Value> keys) {
    if (layout.keys == Keys.AS_THEY_ARE) {
      return keys;
    }
    return Sorting.sort(new ArrayList<>(keys), (a, b) -> Comparison.LT.test(a, b, run));
  }

  private String key(Value key) {
    if (key instanceof StrValue text) {
      return text.text();
    }
    if (key instanceof NumberValue || key == NoneValue.NONE) {
      return scalar(key);
    }
    throw Raise.type("keys must be str, int, float, bool or None, not " + key.type());
  }

  private void separate(int place, int level) {
    if (place > 0) {
      out.append(layout.itemSeparator);
    }
    line(level);
  }

  private void line(int level) {
    if (layout.indent != null) {
      run.text((long) layout.indent.length() * level);
      out.append('\n').append(layout.indent.repeat(level));
    }
  }

  private void quote(String text) {
    run.scan(text.length());
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> {
          if (c < ' ' || (c > '~' && layout.characters == Characters.ASCII)) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
