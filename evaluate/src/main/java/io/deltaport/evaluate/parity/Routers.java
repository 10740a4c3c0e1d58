package io.deltaport.evaluate.parity;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** The router logits among the taps of a run. */
final class Routers {
  private static final String PREFIX = "router_logits.";

  private Routers() {}

  /** One table a sparse layer, in the order of the layers; none without taps. */
  static List<Table> of(Set<String> taps, Function<String, Table> tap) {
    List<Table> tables = new ArrayList<>();
    taps.stream()
        .filter(name -> name.startsWith(PREFIX))
        .sorted(Comparator.comparingInt(Routers::number))
        .forEach(name -> tables.add(tap.apply(name)));
    return tables;
  }

  private static int number(String name) {
    return Integer.parseInt(name.substring(PREFIX.length()));
  }
}
