package io.deltaport.template.library;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.value.DictValue;
import io.deltaport.template.value.FloatValue;
import io.deltaport.template.value.Index;
import io.deltaport.template.value.ListValue;
import io.deltaport.template.value.NumberValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.RangeValue;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Strings;
import io.deltaport.template.value.TupleValue;
import io.deltaport.template.value.UndefinedValue;
import io.deltaport.template.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code '%s %d' % values}: printf as Python has it. */
public final class PercentFormat {

  private static final Pattern FIELD =
      Pattern.compile(
          "(?s)%(?:\\(([^()]*)\\))?([-+ #0]*)(\\*|[0-9]{1,9})?(?:\\.(\\*|[0-9]{0,9}))?[hlL]?(.)");

  private final StrValue template;
  private final Value values;
  private final Run run;
  private int used;

  private PercentFormat(StrValue template, Value values, Run run) {
    this.template = template;
    this.values = values;
    this.run = run;
  }

  /** {@code template % values}. */
  public static Value format(StrValue template, Value values, Run run) {
    return template.with(new PercentFormat(template, values, run).fill(), run);
  }

  private String fill() {
    String text = template.text();
    StringBuilder out = new StringBuilder();
    Matcher field = FIELD.matcher(text);
    int done = 0;
    for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', done)) {
      field.region(i, text.length());
      if (!field.lookingAt()) {
        throw Raise.value("incomplete format");
      }
      out.append(text, done, i);
      String made = made(field);
      run.text(made.length());
      out.append(made);
      done = field.end();
    }
    if (values instanceof TupleValue tuple ? used < tuple.length() : used == 0 && !isMapping()) {
      throw Raise.type("not all arguments converted during string formatting");
    }
    return out.append(text, done, text.length()).toString();
  }

  private boolean isMapping() {
    return values instanceof DictValue
        || values instanceof ListValue
        || values instanceof RangeValue
        || values instanceof UndefinedValue;
  }

  private String made(Matcher field) {
    Value named = field.group(1) == null ? null : named(field.group(1));
    String flags = field.group(2);
    long width = number(field.group(3), 0);
    boolean left = flags.contains("-") || width < 0;
    long precision = number(field.group(4), -1);
    char type = field.group(5).charAt(0);
    if (type == '%') {
      return "%";
    }
    Value value = named != null ? named : next();
    if ("diuoxXeEfFgGcrsa".indexOf(type) < 0) {
      throw Raise.value("unsupported format character '" + field.group(5) + "'");
    }
    String sign = "";
    String body;
    if ("csra".indexOf(type) >= 0) {
      body = text(value, type, precision);
    } else {
      String signed = number(value, type, flags, precision);
      boolean negative = signed.startsWith("-");
      sign = negative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
      body = negative ? signed.substring(1) : signed;
    }
    return pad(sign, body, Math.abs(width), left, "csra".indexOf(type) < 0 && flags.contains("0"));
  }

  private String pad(String sign, String body, long width, boolean left, boolean zeros) {
    int length = sign.length() + body.codePointCount(0, body.length());
    long missing = Math.max(0, width - length);
    run.text(missing + length);
    String fill = (zeros && !left ? "0" : " ").repeat((int) missing);
    if (left) {
      return sign + body + fill;
    }
    if (!zeros) {
      return fill + sign + body;
    }
    boolean prefixed = body.startsWith("0x") || body.startsWith("0X") || body.startsWith("0o");
    return prefixed ? sign + body.substring(0, 2) + fill + body.substring(2) : sign + fill + body;
  }

  private String text(Value value, char type, long precision) {
    String text =
        switch (type) {
          case 'c' -> character(value);
          case 's' -> value.str(run);
          default -> {
            StringBuilder out = new StringBuilder();
            value.repr(out, run);
            yield type == 'a' ? BraceFormat.ascii(out) : out.toString();
          }
        };
    boolean safe = value instanceof StrValue markup && markup.isMarkup() && type == 's';
    if (template.isMarkup() && !safe) {
      text = Strings.escape(StrValue.of(text), run).text();
    }
    boolean cut = precision >= 0 && precision < text.codePointCount(0, text.length());
    return cut ? text.substring(0, text.offsetByCodePoints(0, (int) precision)) : text;
  }

  private static String character(Value value) {
    if (value instanceof StrValue text && text.length() == 1) {
      return text.text();
    }
    if (!Index.isIndex(value)) {
      throw Raise.type("%c requires int or char");
    }
    long code = Index.of(value);
    if (code < 0 || code > Character.MAX_CODE_POINT) {
      throw Raise.overflow("%c arg not in range(0x110000)");
    }
    return Character.toString((int) code);
  }

  private String number(Value value, char type, String flags, long precision) {
    if (value instanceof UndefinedValue undefined && "diueEfFgG".indexOf(type) >= 0) {
      throw undefined.error();
    }
    if (!(value instanceof NumberValue number)) {
      throw Raise.type("%" + type + " format: a real number is required, not " + value.type());
    }
    NumberFormat.Zeros zeros =
        flags.contains("#") ? NumberFormat.Zeros.KEPT : NumberFormat.Zeros.DROPPED;
    if ("eEfFgG".indexOf(type) >= 0) {
      double size = number.asDouble();
      boolean negative = size < 0 || (size == 0 && 1 / size < 0);
      long digits = precision < 0 ? 6 : precision;
      return (negative ? "-" : "") + NumberFormat.digits(Math.abs(size), type, digits, zeros, run);
    }
    return integer(whole(number, type), type, zeros, precision);
  }

  private static BigInteger whole(NumberValue value, char type) {
    if (!(value instanceof FloatValue number)) {
      return Index.number(value);
    }
    if ("oxX".indexOf(type) >= 0) {
      throw Raise.type("%" + type + " format: an integer is required, not float");
    }
    double size = number.number();
    if (Double.isNaN(size)) {
      throw Raise.value("cannot convert float NaN to integer");
    }
    if (Double.isInfinite(size)) {
      throw Raise.overflow("cannot convert float infinity to integer");
    }
    return new BigDecimal(size).toBigInteger();
  }

  private String integer(BigInteger number, char type, NumberFormat.Zeros zeros, long precision) {
    run.integer(number.bitLength());
    BigInteger size = number.abs();
    boolean prefixed = zeros == NumberFormat.Zeros.KEPT;
    String prefix = prefixed && "oxX".indexOf(type) >= 0 ? "0" + type : "";
    String digits =
        switch (type) {
          case 'o' -> size.toString(8);
          case 'x' -> size.toString(16);
          case 'X' -> size.toString(16).toUpperCase(Locale.ROOT);
          default -> size.toString();
        };
    long missing = Math.max(0, precision - digits.length());
    run.text(missing);
    return (number.signum() < 0 ? "-" : "") + prefix + "0".repeat((int) missing) + digits;
  }

  private long number(@Nullable String text, long otherwise) {
    if (text == null) {
      return otherwise;
    }
    if (!text.equals("*")) {
      return text.isEmpty() ? 0 : Long.parseLong(text);
    }
    Value value = next();
    if (!Index.isIndex(value)) {
      throw Raise.type("* wants int");
    }
    return Index.of(value);
  }

  private Value named(String name) {
    if (values instanceof UndefinedValue undefined) {
      throw undefined.error();
    }
    if (!(values instanceof DictValue dict)) {
      throw Raise.type(
          isMapping()
              ? "list indices must be integers or slices, not str"
              : "format requires a mapping");
    }
    Value value = dict.get(StrValue.of(name), run);
    if (value == null) {
      throw new TemplateException(Kind.KEY, "'" + name + "'");
    }
    used = Math.max(1, used);
    return value;
  }

  private Value next() {
    if (values instanceof TupleValue tuple) {
      if (used < tuple.length()) {
        return tuple.items().get(used++);
      }
    } else if (used++ == 0) {
      return values;
    }
    throw Raise.type("not enough arguments for format string");
  }
}
