package io.deltaport.converter;

import io.deltaport.converter.Conversion.Precision;
import io.deltaport.converter.quantize.QuantizeRules;
import io.deltaport.converter.rewrite.Encoder;
import io.deltaport.converter.rewrite.PlainEncoder;
import io.deltaport.converter.rewrite.Recipe;
import io.deltaport.converter.rewrite.Repacking;
import io.deltaport.converter.weights.Source;
import io.deltaport.converter.weights.Weight;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which weights a conversion rewrites, and how. */
final class Precisions {
  private final Precision precision;

  private Precisions(Precision precision) {
    this.precision = precision;
  }

  /** A recipe for each weight that does not stay as it lies, by name. */
  static SortedMap<String, Recipe> recipes(Conversion conversion, Collection<Source> sources) {
    Precisions precisions = new Precisions(conversion.precision());
    SortedMap<String, Recipe> recipes = new TreeMap<>();
    for (Source source : sources) {
      precisions.recipe(source).ifPresent(recipe -> recipes.put(source.name(), recipe));
    }
    return recipes;
  }

  private Optional<Recipe> recipe(Source source) {
    return switch (precision) {
      case KEEP -> source.stored().isPresent() ? Optional.empty() : Optional.of(unpacked(source));
      case F32 -> plain(source, PlainEncoder.F32);
      case BF16 -> plain(source, PlainEncoder.BF16);
      case F16 -> plain(source, PlainEncoder.F16);
      case INT8 -> quantized(source, QuantizeRules.INT8);
      case INT4 -> quantized(source, QuantizeRules.INT4);
      case MIXED -> quantized(source, QuantizeRules.MIXED);
    };
  }

  private static Optional<Recipe> quantized(Source source, QuantizeRules rules) {
    Optional<Encoder> encoder = rules.encoder(source);
    if (encoder.isPresent()) {
      return Optional.of(new Recipe.Encode(source, encoder.get()));
    }
    return source.stored().isPresent() ? Optional.empty() : Optional.of(unpacked(source));
  }

  /** A packed matrix that the ops cannot read as it lies, without rounding. */
  private static Recipe unpacked(Source source) {
    return source instanceof Source.Packed packed && Repacking.fits(packed)
        ? new Recipe.Repack(packed)
        : new Recipe.Encode(source, PlainEncoder.F32);
  }

  private static Optional<Recipe> plain(Source source, Encoder encoder) {
    boolean same =
        source
            .stored()
            .map(Weight::format)
            .filter(format -> format == encoder.format())
            .isPresent();
    return same ? Optional.empty() : Optional.of(new Recipe.Encode(source, encoder));
  }
}
