package io.deltaport.converter;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.deltaport.converter.Conversion.Precision;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.WeightId;
import io.deltaport.loader.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Refuses rules of the user's that a model cannot be stored by. */
final class OverrideCheck {
  private OverrideCheck() {}

  /**
   * Every rule must match a weight, must leave what is no matrix without scales, and must take all
   * experts of a layer's projection or none.
   *
   * @throws ConverterException that lists every rule that does not
   */
  static void require(List<PrecisionOverride> rules, Collection<StoredWeight> sources) {
    List<Problem> problems = rules.stream().flatMap(rule -> problems(rule, sources)).toList();
    if (!problems.isEmpty()) {
      throw new ConverterException(problems);
    }
  }

  private static Stream<Problem> problems(
      PrecisionOverride rule, Collection<StoredWeight> sources) {
    List<StoredWeight> matched = sources.stream().filter(s -> rule.matches(s.name())).toList();
    String name = "--override " + rule.pattern();
    List<Problem> problems = new ArrayList<>();
    if (matched.isEmpty()) {
      problems.add(new Problem(name, "a pattern that matches a weight", "none that does"));
    }
    if (rule.precision() == Precision.INT8 || rule.precision() == Precision.INT4) {
      matched.stream()
          .filter(source -> !source.id().role().matrix())
          .map(source -> new Problem(name, "matrices that can have scales", source.name()))
          .forEach(problems::add);
    }
    sources.stream()
        .filter(source -> source.id().expert().isPresent())
        .collect(groupingBy(OverrideCheck::projection, LinkedHashMap::new, toList()))
        .values()
        .forEach(
            experts -> {
              long taken = experts.stream().filter(s -> rule.matches(s.name())).count();
              if (taken != 0 && taken != experts.size()) {
                problems.add(
                    new Problem(
                        name,
                        "all %d experts' %s, or none"
                            .formatted(experts.size(), projection(experts.get(0))),
                        taken + " of them"));
              }
            });
    return problems.stream();
  }

  /** What all experts of a layer have. */
  private static WeightId projection(StoredWeight weight) {
    return new WeightId(weight.id().role(), weight.id().layer(), OptionalInt.empty());
  }
}
