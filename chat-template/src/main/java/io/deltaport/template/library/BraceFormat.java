package io.deltaport.template.library;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.value.Arguments;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Strings;
import io.deltaport.template.value.Value;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code str.format} with the sandbox's look-up of attributes and items in its fields. */
final class BraceFormat {

  private static final int DEPTH = 2;

  private final StrValue template;
  private final Arguments arguments;
  private final Run run;
  private Numbering numbering = Numbering.OPEN;
  private int nextNumber;

  private enum Numbering {
    OPEN,
    AUTOMATIC,
    MANUAL
  }

  private BraceFormat(StrValue template, Arguments arguments, Run run) {
    this.template = template;
    this.arguments = arguments;
    this.run = run;
  }

  static Value format(StrValue self, Arguments arguments, Run run) {
    return self.with(new BraceFormat(self, arguments, run).fill(self.text(), DEPTH), run);
  }

  static Value formatMap(StrValue self, Arguments arguments, Run run) {
    Value mapping = arguments.bind("format_map", "/mapping").get(0);
    if (!(mapping instanceof DictValue dict)) {
      throw Raise.type("format_map() argument must be a mapping, not " + mapping.type());
    }
    Map<String, Value> named = new LinkedHashMap<>();
    dict.entries().forEach((key, value) -> named.put(key.str(run), value));
    Arguments fields = new Arguments(List.of(), named);
    return self.with(new BraceFormat(self, fields, run).fill(self.text(), DEPTH), run);
  }

  private String fill(String pattern, int depth) {
    if (depth < 0) {
      throw Raise.value("Max string recursion exceeded");
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < pattern.length(); ) {
      char c = pattern.charAt(i);
      run.step();
      if (c == '{' && !pattern.startsWith("{{", i)) {
        int end = endOfField(pattern, i + 1);
        String field = field(pattern.substring(i + 1, end), depth);
        run.text(field.length());
        out.append(field);
        i = end + 1;
        continue;
      }
      if (c == '}' && !pattern.startsWith("}}", i)) {
        throw Raise.value("Single '}' encountered in format string");
      }
      out.append(c);
      i += c == '{' || c == '}' ? 2 : 1;
    }
    return out.toString();
  }

  private static int endOfField(String pattern, int start) {
    int open = 1;
    for (int i = start; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      open += c == '{' ? 1 : c == '}' ? -1 : 0;
      if (open == 0) {
        return i;
      }
    }
    throw Raise.value(
        start == pattern.length()
            ? "Single '{' encountered in format string"
            : "expected '}' before end of string");
  }

  private String field(String field, int depth) {
    int end = endOfName(field);
    String rest = field.substring(end);
    char conversion = 0;
    if (rest.startsWith("!")) {
      if (rest.length() < 2 || (rest.length() > 2 && rest.charAt(2) != ':')) {
        throw Raise.value("expected ':' after conversion specifier");
      }
      conversion = rest.charAt(1);
      rest = rest.substring(2);
    }
    Value value = converted(value(field.substring(0, end)), conversion);
    String spec = rest.isEmpty() ? "" : fill(rest.substring(1), depth - 1);
    return formatted(value, spec);
  }

  private static int endOfName(String field) {
    boolean inBrackets = false;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      inBrackets = c == '[' || (inBrackets && c != ']');
      if (!inBrackets && (c == '!' || c == ':')) {
        return i;
      }
    }
    return field.length();
  }

  private String formatted(Value value, String spec) {
    if (!template.isMarkup()) {
      return FormatSpec.format(value, spec, run);
    }
    if (value instanceof StrValue markup && markup.isMarkup()) {
      if (!spec.isEmpty()) {
        throw Raise.value("Unsupported format specification for Markup.");
      }
      return markup.text();
    }
    return Strings.escape(StrValue.of(FormatSpec.format(value, spec, run)), run).text();
  }

  private Value converted(Value value, char conversion) {
    return switch (conversion) {
      case 0 -> value;
      case 's' -> StrValue.of(value.str(run), run);
      case 'r', 'a' -> {
        StringBuilder out = new StringBuilder();
        value.repr(out, run);
        yield StrValue.of(conversion == 'a' ? ascii(out) : out.toString(), run);
      }
      default -> throw Raise.value("Unknown conversion specifier " + conversion);
    };
  }

  /** {@code ascii(text)} of what {@code repr} printed. */
  static String ascii(CharSequence text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c ->
                out.append(
                    c < 128
                        ? Character.toString(c)
                        : String.format(
                            c < 256 ? "\\x%02x" : c < 65536 ? "\\u%04x" : "\\U%08x", c)));
    return out.toString();
  }

  private Value value(String name) {
    int end = 0;
    while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
      end++;
    }
    Value value = first(name.substring(0, end));
    while (end < name.length()) {
      run.step();
      int next = end + 1;
      if (name.charAt(end) == '.') {
        while (next < name.length() && name.charAt(next) != '.' && name.charAt(next) != '[') {
          next++;
        }
        requireName(name.substring(end + 1, next));
        value = Lookup.attribute(value, name.substring(end + 1, next), run);
        end = next;
      } else {
        next = name.indexOf(']', end);
        if (next < 0) {
          throw Raise.value("Missing ']' in format string");
        }
        requireName(name.substring(end + 1, next));
        value = Lookup.item(value, key(name.substring(end + 1, next)), run);
        end = next + 1;
        if (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
          throw Raise.value("Only '.' or '[' may follow ']' in format field specifier");
        }
      }
    }
    return value;
  }

  private static void requireName(String name) {
    if (name.isEmpty()) {
      throw Raise.value("Empty attribute in format string");
    }
  }

  private static Value key(String text) {
    return isNumber(text) ? new IntValue(new BigInteger(text)) : StrValue.of(text);
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }

  private Value first(String name) {
    if (!name.isEmpty() && !isNumber(name)) {
      Value value = arguments.named().get(name);
      if (value == null) {
        throw new TemplateException(Kind.KEY, "'" + name + "'");
      }
      return value;
    }
    Numbering wanted = name.isEmpty() ? Numbering.AUTOMATIC : Numbering.MANUAL;
    if (numbering != Numbering.OPEN && numbering != wanted) {
      throw Raise.value(
          "cannot switch between manual field specification and automatic field numbering");
    }
    numbering = wanted;
    BigInteger number = name.isEmpty() ? BigInteger.valueOf(nextNumber++) : new BigInteger(name);
    if (number.bitLength() > 31 || number.intValue() >= arguments.positional().size()) {
      throw new TemplateException(
          Kind.INDEX, "Replacement index " + number + " out of range for positional args tuple");
    }
    return arguments.positional().get(number.intValue());
  }
}
