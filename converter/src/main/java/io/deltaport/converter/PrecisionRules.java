package io.deltaport.converter;

import io.deltaport.converter.weights.Weight;
import io.deltaport.loader.directory.Manifest.Precision;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How weights are stored, as patterns over their names: layers and experts stand as {@code *} where
 * they agree.
 */
final class PrecisionRules {
  private PrecisionRules() {}

  /** One rule a kind of weight; a kind whose weights differ gets one rule a weight. */
  static List<Precision> of(Collection<Weight> weights) {
    Map<String, Precision> rules = new LinkedHashMap<>();
    Map<String, Boolean> uniform = new LinkedHashMap<>();
    for (Weight weight : weights) {
      Precision rule = rule(pattern(weight), weight);
      Precision known = rules.putIfAbsent(rule.pattern(), rule);
      uniform.merge(rule.pattern(), known == null || known.equals(rule), Boolean::logicalAnd);
    }
    return weights.stream()
        .map(
            weight ->
                rule(
                    uniform.getOrDefault(pattern(weight), false) ? pattern(weight) : weight.name(),
                    weight))
        .distinct()
        .toList();
  }

  private static String pattern(Weight weight) {
    return weight.name().replaceAll("\\.\\d+\\.", ".*.");
  }

  private static Precision rule(String pattern, Weight weight) {
    return new Precision(
        pattern, weight.format().name().toLowerCase(Locale.ROOT), weight.block().numbers());
  }
}
