package io.deltaport.converter;

import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.Manifest.Precision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How weights are stored, as patterns over their names: numbers stand as {@code *} where all layers
 * and experts agree.
 */
final class PrecisionSummary {
  private PrecisionSummary() {}

  /** One rule a kind of weight; a kind whose weights differ gets one rule a weight. */
  static List<Precision> of(Collection<Weight> weights) {
    Map<String, List<Weight>> kinds = new LinkedHashMap<>();
    for (Weight weight : weights) {
      kinds.computeIfAbsent(pattern(weight.name()), pattern -> new ArrayList<>()).add(weight);
    }
    List<Precision> rules = new ArrayList<>();
    kinds.forEach(
        (pattern, kind) -> {
          if (kind.stream().allMatch(weight -> alike(weight, kind.get(0)))) {
            rules.add(rule(pattern, kind.get(0)));
          } else {
            kind.forEach(weight -> rules.add(rule(weight.name(), weight)));
          }
        });
    return rules;
  }

  private static boolean alike(Weight weight, Weight other) {
    return weight.format() == other.format() && weight.block().equals(other.block());
  }

  /** A name with each of its numbers as a star. */
  private static String pattern(String name) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      boolean digit = Character.isDigit(name.charAt(i));
      boolean inside = i > 0 && name.charAt(i - 1) != '.';
      if (!digit || inside) {
        pattern.append(name.charAt(i));
      } else {
        pattern.append('*');
        while (i + 1 < name.length() && Character.isDigit(name.charAt(i + 1))) {
          i++;
        }
      }
    }
    return pattern.toString();
  }

  private static Precision rule(String pattern, Weight weight) {
    return new Precision(
        pattern, weight.format().name().toLowerCase(Locale.ROOT), weight.block().numbers());
  }
}
