package io.deltaport.converter;

import io.deltaport.converter.Conversion.Precision;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.loader.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A precision for weights of certain names, whatever the rest of a conversion gets.
 *
 * @param pattern of Hugging Face tensor names, without prefixes of a checkpoint: {@code
 *     model.layers.0.mlp.experts.*.down_proj.weight}; a star stands for any characters
 * @param precision for these, {@link Precision#KEEP} for as the checkpoint has them
 * @param block columns that share a scale, where it was said
 */
public record PrecisionOverride(String pattern, Precision precision, OptionalInt block) {
  private static final Pattern TEXT = Pattern.compile("([^=\\s]+)=([a-z0-9]+)(?::(\\d{1,4}))?");

  public PrecisionOverride {
    if (precision == Precision.MIXED) {
      throw refused(pattern, "one precision", "mixed");
    }
    boolean quantised = precision == Precision.INT8 || precision == Precision.INT4;
    if (block.isPresent() && !(quantised && List.of(32, 64, 128).contains(block.getAsInt()))) {
      throw refused(
          pattern,
          "a block of 32, 64 or 128 of int8 or int4",
          precision.name().toLowerCase(Locale.ROOT) + ":" + block.getAsInt());
    }
  }

  /**
   * Reads {@code PATTERN=PRECISION} or {@code PATTERN=PRECISION:BLOCK}.
   *
   * @throws ConverterException if it is neither
   */
  public static PrecisionOverride parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    Optional<Precision> precision =
        matcher.matches() ? precision(matcher.group(2)) : Optional.empty();
    if (precision.isEmpty()) {
      throw refused(
          text, "PATTERN=PRECISION of keep, f32, bf16, f16, int8[:BLOCK], int4[:BLOCK]", text);
    }
    OptionalInt block =
        matcher.group(3) == null
            ? OptionalInt.empty()
            : OptionalInt.of(Integer.parseInt(matcher.group(3)));
    return new PrecisionOverride(matcher.group(1), precision.get(), block);
  }

  /** Whether a weight of that name is meant. */
  boolean matches(String name) {
    String expression = Pattern.quote(pattern).replace("*", "\\E.*\\Q");
    return Pattern.matches(expression, name);
  }

  private static Optional<Precision> precision(String name) {
    for (Precision precision : Precision.values()) {
      if (precision.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(precision);
      }
    }
    return Optional.empty();
  }

  private static ConverterException refused(String pattern, String expected, String found) {
    return new ConverterException(new Problem("--override " + pattern, expected, found));
  }
}
