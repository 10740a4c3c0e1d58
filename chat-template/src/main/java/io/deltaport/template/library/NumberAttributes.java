package io.deltaport.template.library;

import io.deltaport.template.value.BoolValue;
import io.deltaport.template.value.FloatValue;
import io.deltaport.template.value.IntValue;
import io.deltaport.template.value.NumberValue;
import io.deltaport.template.value.Raise;
import io.deltaport.template.value.Value;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The attributes of Python's numbers. */
final class NumberAttributes {

  private static final Set<String> OF_INT =
      Set.of("bit_length", "bit_count", "conjugate", "to_bytes", "from_bytes", "as_integer_ratio");

  private static final Set<String> OF_FLOAT =
      Set.of("conjugate", "hex", "fromhex", "as_integer_ratio");

  private NumberAttributes() {}

  static @Nullable Value find(NumberValue self, String name) {
    boolean isFloat = self instanceof FloatValue;
    if ((isFloat ? OF_FLOAT : OF_INT).contains(name)) {
      return BuiltIn.method(self, name, (number, arguments, run) -> unsupported(number, name));
    }
    return switch (name) {
      case "real" -> whole(self);
      case "imag" -> isFloat ? new FloatValue(0) : IntValue.of(0);
      case "numerator" -> isFloat ? null : whole(self);
      case "denominator" -> isFloat ? null : IntValue.of(1);
      case "is_integer" -> isFloat ? isInteger((FloatValue) self) : null;
      default -> null;
    };
  }

  private static Value whole(NumberValue self) {
    return self instanceof BoolValue bool ? bool.asInt() : self;
  }

  private static Value isInteger(FloatValue self) {
    return BuiltIn.method(
        self,
        "is_integer",
        (number, arguments, run) -> {
          arguments.bind("is_integer");
          return BoolValue.of(number.exactInteger() != null);
        });
  }

  private static Value unsupported(NumberValue self, String name) {
    throw Raise.unsupported("method " + name + " of " + self.type());
  }
}
