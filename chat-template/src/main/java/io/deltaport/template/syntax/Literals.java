package io.deltaport.template.syntax;

import io.deltaport.template.tree.Literal;
import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.FloatValue;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.NoneValue;
import io.deltaport.template.value.StrValue;
import io.deltaport.template.value.Value;
import java.math.BigInteger;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The values of literals. */
final class Literals {

  private static final int MAX_DIGITS = 4300;

  private Literals() {}

  /** The constant that a name is, or null. */
  static @Nullable Literal constant(String name) {
    return switch (name) {
      case "true", "True" -> new Literal(BoolValue.TRUE);
      case "false", "False" -> new Literal(BoolValue.FALSE);
      case "none", "None" -> new Literal(NoneValue.NONE);
      default -> null;
    };
  }

  /** The value of the string or number that is current; strings that follow each other are one. */
  static Value read(TokenStream stream) {
    if (stream.is(TokenType.INTEGER)) {
      return new IntValue(integer(stream));
    }
    if (stream.is(TokenType.FLOAT)) {
      return new FloatValue(Double.parseDouble(stream.next().text()));
    }
    StringBuilder text = new StringBuilder();
    while (stream.is(TokenType.STRING)) {
      text.append(stream.next().text());
    }
    return StrValue.of(text.toString());
  }

  private static BigInteger integer(TokenStream stream) {
    String digits = stream.current().text().toLowerCase(Locale.ROOT);
    if (digits.length() > MAX_DIGITS) {
      throw stream.error("an integer has more than " + MAX_DIGITS + " digits");
    }
    stream.next();
    int radix =
        digits.startsWith("0b")
            ? 2
            : digits.startsWith("0o") ? 8 : digits.startsWith("0x") ? 16 : 10;
    return new BigInteger(radix == 10 ? digits : digits.substring(2), radix);
  }
}
