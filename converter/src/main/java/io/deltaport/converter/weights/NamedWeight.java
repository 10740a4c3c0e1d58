package io.deltaport.converter.weights;

import java.util.Map;

/** A weight's name in the graph and what it is. */
record NamedWeight(String name, WeightId id) {
  /** The weight of one combination of a row's axes. */
  static NamedWeight of(Row.Target target, Map<String, Integer> values) {
    return new NamedWeight(Row.expand(target.name(), values), target.id(values));
  }
}
