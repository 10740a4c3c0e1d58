package io.deltaport.converter;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.quantize.Blocks;
import io.deltaport.converter.quantize.Int4Encoder;
import io.deltaport.converter.quantize.Int8Encoder;
import io.deltaport.converter.quantize.Scheme;
import io.deltaport.converter.rewrite.Encoder;
import io.deltaport.converter.rewrite.PlainEncoder;
import io.deltaport.converter.rewrite.Repacking;
import io.deltaport.converter.rewrite.Rewrite;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.Weight;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Which weights a conversion rewrites, and how. */
final class RewriteChooser {
  private static final int BLOCK = 64;

  private final Conversion conversion;
  private final SortedMap<String, Rewrite> rewrites = new TreeMap<>();
  private final SortedMap<String, Integer> fallbacks = new TreeMap<>();

  private RewriteChooser(Conversion conversion) {
    this.conversion = conversion;
  }

  /**
   * What was decided.
   *
   * @param rewrites one for each weight that does not stay as it lies, by name
   * @param notes where a block had to be another than the rules say
   */
  record Decided(SortedMap<String, Rewrite> rewrites, List<String> notes) {}

  /**
   * Decides for all weights.
   *
   * @throws ConverterException if a rule of the user's matches nothing, quantises what is no
   *     matrix, or splits the experts of a projection within a layer
   */
  static Decided of(Conversion conversion, Collection<StoredWeight> sources) {
    RewriteChooser chooser = new RewriteChooser(conversion);
    OverrideCheck.require(conversion.overrides(), sources);
    for (StoredWeight source : sources) {
      chooser.rewrite(source).ifPresent(rewrite -> chooser.rewrites.put(source.name(), rewrite));
    }
    return new Decided(chooser.rewrites, chooser.notes());
  }

  private Optional<Rewrite> rewrite(StoredWeight source) {
    Optional<PrecisionOverride> override = rule(source.name());
    return switch (override.map(PrecisionOverride::precision).orElse(conversion.precision())) {
      case KEEP -> asItIs(source);
      case F32 -> plain(source, PlainEncoder.F32);
      case BF16 -> plain(source, PlainEncoder.BF16);
      case F16 -> plain(source, PlainEncoder.F16);
      case INT8 ->
          quantized(source, override.map(rule -> new Int8Encoder(block(rule))), Scheme.INT8);
      case INT4 ->
          quantized(source, override.map(rule -> new Int4Encoder(block(rule))), Scheme.INT4);
      case MIXED -> quantized(source, Optional.empty(), Scheme.MIXED);
    };
  }

  /** The last rule of the user's that matches. */
  private Optional<PrecisionOverride> rule(String name) {
    return conversion.overrides().stream()
        .filter(rule -> rule.matches(name))
        .reduce((first, second) -> second);
  }

  private static int block(PrecisionOverride rule) {
    return rule.block().orElse(BLOCK);
  }

  /** By a rule of the user's where there is one, else by the scheme. */
  private Optional<Rewrite> quantized(
      StoredWeight source, Optional<? extends Encoder> asked, Scheme scheme) {
    Optional<? extends Encoder> encoder =
        asked.isPresent() ? asked : scheme.encoder(source.id().role());
    return encoder.isPresent() ? Optional.of(quantized(source, encoder.get())) : asItIs(source);
  }

  private Rewrite quantized(StoredWeight source, Encoder wanted) {
    long columns = source.shape().dim(1);
    Encoder encoder = Blocks.fit(wanted, columns);
    if (!encoder.equals(wanted) || Blocks.endsShort(encoder, columns)) {
      fallbacks.merge(fallback(columns, wanted, encoder), 1, Integer::sum);
    }
    return Rewrite.Encode.of(source, encoder);
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

  private static Optional<Rewrite> asItIs(StoredWeight source) {
    return source.map(weight -> Optional.empty(), packed -> Optional.of(unpacked(packed)));
  }

  /** A packed matrix that the ops cannot read as it lies, without rounding. */
  private static Rewrite unpacked(StoredWeight.Packed source) {
    return Repacking.fits(source)
        ? Rewrite.Repack.of(source)
        : Rewrite.Encode.of(source, PlainEncoder.F32);
  }

  private static Optional<Rewrite> plain(StoredWeight source, Encoder encoder) {
    boolean same =
        source
            .stored()
            .map(Weight::format)
            .filter(format -> format == encoder.format())
            .isPresent();
    return same ? Optional.empty() : Optional.of(Rewrite.Encode.of(source, encoder));
  }
}
