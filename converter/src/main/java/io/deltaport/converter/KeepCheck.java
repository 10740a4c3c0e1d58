package io.deltaport.converter;

import io.deltaport.converter.Conversion.Precision;
import io.deltaport.converter.quantize.QuantizeRules;
import io.deltaport.converter.weights.Source;
import io.deltaport.loader.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Refuses rules of the user's that a model cannot be stored by. */
final class KeepCheck {
  /** An expert's matrix; without the expert's number, a projection of a layer. */
  private static final Pattern EXPERT = Pattern.compile("(.*\\.mlp\\.experts\\.)\\d+(\\..*)");

  private KeepCheck() {}

  /**
   * Every rule must match a weight, must leave what is no matrix without scales, and must take all
   * experts of a layer's projection or none.
   *
   * @throws ConverterException that lists every rule that does not
   */
  static void require(List<Keep> rules, Collection<Source> sources) {
    List<Problem> problems = rules.stream().flatMap(rule -> problems(rule, sources)).toList();
    if (!problems.isEmpty()) {
      throw new ConverterException(problems);
    }
  }

  private static Stream<Problem> problems(Keep rule, Collection<Source> sources) {
    List<Source> matched = sources.stream().filter(s -> rule.matches(s.name())).toList();
    String name = "--keep " + rule.pattern();
    List<Problem> problems = new ArrayList<>();
    if (matched.isEmpty()) {
      problems.add(new Problem(name, "a pattern that matches a weight", "none that does"));
    }
    if (rule.precision() == Precision.INT8 || rule.precision() == Precision.INT4) {
      matched.stream()
          .filter(source -> !QuantizeRules.isMatrix(source))
          .map(source -> new Problem(name, "matrices that can have scales", source.name()))
          .forEach(problems::add);
    }
    Map<String, int[]> projections = new LinkedHashMap<>();
    for (Source source : sources) {
      Matcher expert = EXPERT.matcher(source.name());
      if (expert.matches()) {
        int[] counts =
            projections.computeIfAbsent(expert.group(1) + "*" + expert.group(2), p -> new int[2]);
        counts[0]++;
        counts[1] += rule.matches(source.name()) ? 1 : 0;
      }
    }
    projections.forEach(
        (projection, counts) -> {
          if (counts[1] != 0 && counts[1] != counts[0]) {
            problems.add(
                new Problem(
                    name,
                    "all " + counts[0] + " experts of " + projection + ", or none",
                    counts[1] + " of them"));
          }
        });
    return problems.stream();
  }
}
