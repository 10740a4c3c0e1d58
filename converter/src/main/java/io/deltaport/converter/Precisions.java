package io.deltaport.converter;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.quantize.Blocks;
import io.deltaport.converter.quantize.Int4Encoder;
import io.deltaport.converter.quantize.Int8Encoder;
import io.deltaport.converter.quantize.QuantizeRules;
import io.deltaport.converter.rewrite.Encoder;
import io.deltaport.converter.rewrite.PlainEncoder;
import io.deltaport.converter.rewrite.Recipe;
import io.deltaport.converter.rewrite.Repacking;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.Weight;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which weights a conversion rewrites, and how. */
final class Precisions {
  private static final int BLOCK = 64;

  private final Conversion conversion;
  private final SortedMap<String, Recipe> recipes = new TreeMap<>();
  private final SortedMap<String, Integer> fallbacks = new TreeMap<>();

  private Precisions(Conversion conversion) {
    this.conversion = conversion;
  }

  /**
   * What was decided.
   *
   * @param recipes one for each weight that does not stay as it lies, by name
   * @param notes where a block had to be another than the rules say
   */
  record Decided(SortedMap<String, Recipe> recipes, List<String> notes) {}

  /**
   * Decides for all weights.
   *
   * @throws ConverterException if a rule of the user's matches nothing, quantises what is no
   *     matrix, or splits the experts of a projection within a layer
   */
  static Decided of(Conversion conversion, Collection<StoredWeight> sources) {
    Precisions precisions = new Precisions(conversion);
    KeepCheck.require(conversion.keep(), sources);
    for (StoredWeight source : sources) {
      precisions.recipe(source).ifPresent(recipe -> precisions.recipes.put(source.name(), recipe));
    }
    return new Decided(precisions.recipes, precisions.notes());
  }

  private Optional<Recipe> recipe(StoredWeight source) {
    Optional<Keep> keep = rule(source.name());
    return switch (keep.map(Keep::precision).orElse(conversion.precision())) {
      case KEEP -> asItIs(source);
      case F32 -> plain(source, PlainEncoder.F32);
      case BF16 -> plain(source, PlainEncoder.BF16);
      case F16 -> plain(source, PlainEncoder.F16);
      case INT8 ->
          quantized(source, keep.map(rule -> new Int8Encoder(block(rule))), QuantizeRules.INT8);
      case INT4 ->
          quantized(source, keep.map(rule -> new Int4Encoder(block(rule))), QuantizeRules.INT4);
      case MIXED -> quantized(source, Optional.empty(), QuantizeRules.MIXED);
    };
  }

  /** The last rule of the user's that matches. */
  private Optional<Keep> rule(String name) {
    return conversion.keep().stream()
        .filter(keep -> keep.matches(name))
        .reduce((first, second) -> second);
  }

  private static int block(Keep keep) {
    return keep.block().orElse(BLOCK);
  }

  /** By a rule of the user's where there is one, else by the scheme. */
  private Optional<Recipe> quantized(
      StoredWeight source, Optional<? extends Encoder> asked, QuantizeRules scheme) {
    Optional<? extends Encoder> encoder =
        asked.isPresent() ? asked : scheme.encoder(source.id().role());
    return encoder.isPresent() ? Optional.of(quantized(source, encoder.get())) : asItIs(source);
  }

  private Recipe quantized(StoredWeight source, Encoder wanted) {
    long columns = source.shape().dim(1);
    Encoder encoder = Blocks.fit(wanted, columns);
    if (!encoder.equals(wanted) || Blocks.endsShort(encoder, columns)) {
      fallbacks.merge(fallback(columns, wanted, encoder), 1, Integer::sum);
    }
    return new Recipe.Encode(source, encoder);
  }

  private static String fallback(long columns, Encoder wanted, Encoder encoder) {
    return "of %d columns: blocks of %d instead of %d%s"
        .formatted(
            columns,
            encoder.block().columns(),
            wanted.block().columns(),
            Blocks.endsShort(encoder, columns) ? ", the last of a row shorter" : "");
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    fallbacks.forEach((text, matrices) -> notes.add(matrices + " matrices " + text));
    return notes;
  }

  private static Optional<Recipe> asItIs(StoredWeight source) {
    return source.stored().isPresent() ? Optional.empty() : Optional.of(unpacked(source));
  }

  /** A packed matrix that the ops cannot read as it lies, without rounding. */
  private static Recipe unpacked(StoredWeight source) {
    return source instanceof StoredWeight.Packed packed && Repacking.fits(packed)
        ? new Recipe.Repack(packed)
        : new Recipe.Encode(source, PlainEncoder.F32);
  }

  private static Optional<Recipe> plain(StoredWeight source, Encoder encoder) {
    boolean same =
        source
            .stored()
            .map(Weight::format)
            .filter(format -> format == encoder.format())
            .isPresent();
    return same ? Optional.empty() : Optional.of(new Recipe.Encode(source, encoder));
  }
}
