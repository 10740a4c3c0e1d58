package io.deltaport.evaluate.parity;

import io.deltaport.directory.graph.Port;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The router logits among the taps of a run. */
final class Routers {
  private Routers() {}

  /** One table a sparse layer, in the order of the layers; none without taps. */
  static List<Table> of(Set<String> taps, Function<String, Table> tap) {
    List<Table> tables = new ArrayList<>();
    taps.stream()
        .filter(name -> Port.of(name).equals(Optional.of(Port.ROUTER_LOGITS)))
        .sorted(Comparator.comparingInt(Port.ROUTER_LOGITS::number))
        .forEach(name -> tables.add(tap.apply(name)));
    return tables;
  }
}
