package io.deltaport.converter.rewrite;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Factor;
import io.deltaport.converter.weights.Weight;
import io.deltaport.loader.Problem;
import io.deltaport.loader.tensor.Shard;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the factors of FP4 weights. */
public final class Factors {
  private Factors() {}

  /** Those of all weights that have one, by name; without such no shard is opened. */
  public static SortedMap<String, Float> of(Collection<Weight> weights, List<Shard> shards) {
    SortedMap<String, Float> factors = new TreeMap<>();
    List<Weight> scaled = weights.stream().filter(weight -> weight.factor().isPresent()).toList();
    if (!scaled.isEmpty()) {
      try (ShardBytes bytes = new ShardBytes(shards)) {
        scaled.forEach(weight -> factors.put(weight.name(), of(weight, bytes)));
      }
    }
    return factors;
  }

  /**
   * What all values of a weight are multiplied with.
   *
   * @throws ConverterException if it is no finite number above zero
   */
  static float of(Weight weight, ShardBytes bytes) {
    if (weight.factor().isEmpty()) {
      return 1;
    }
    Factor factor = weight.factor().get();
    float stored = bytes.read(factor.part(), 0, Float.BYTES).getFloat();
    float multiplier = factor.multiplier(stored);
    if (!(multiplier > 0 && Float.isFinite(multiplier))) {
      throw new ConverterException(
          new Problem(
              factor.part().file() + ": " + weight.name() + ": the factor of its scales",
              "a finite number above 0",
              Float.toString(stored)));
    }
    return multiplier;
  }
}
