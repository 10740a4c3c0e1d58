package io.deltaport.converter.weights;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.loader.Problem;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weights where graphs will find them. Graphs ask for weights by what they are; {@link
 * #requireAllUsed} says which nobody asked for.
 */
public final class PlacedWeights {
  private final SortedMap<String, Weight> weights = new TreeMap<>();
  private final Map<WeightId, Weight> byId = new HashMap<>();
  private final SortedMap<String, Long> fileBytes;
  private final SortedMap<String, Float> factors;
  private final Set<WeightId> used = new HashSet<>();

  /**
   * Weights in files.
   *
   * @param weights their parts name files of the model directory's external folder
   * @param fileBytes size of each of those files, by its name
   * @param factors what the values of a weight are multiplied with, by its name, where it has a
   *     factor
   */
  public PlacedWeights(
      Collection<Weight> weights, Map<String, Long> fileBytes, Map<String, Float> factors) {
    for (Weight weight : weights) {
      this.weights.put(weight.name(), weight);
      if (byId.put(weight.id(), weight) != null) {
        throw new IllegalArgumentException("two weights are " + weight.id());
      }
    }
    this.fileBytes = new TreeMap<>(fileBytes);
    this.factors = new TreeMap<>(factors);
  }

  /** All weights, in the order of their names. */
  public Collection<Weight> all() {
    return Collections.unmodifiableCollection(weights.values());
  }

  /** A weight, from now on used; none where the plan has none. */
  public Optional<Weight> find(WeightId id) {
    Optional<Weight> weight = Optional.ofNullable(byId.get(id));
    weight.ifPresent(found -> used.add(id));
    return weight;
  }

  /**
   * A weight that must be there, from now on used.
   *
   * @throws IllegalStateException if the plan has none: the table and the graph disagree
   */
  public Weight get(WeightId id) {
    return find(id).orElseThrow(() -> new IllegalStateException("no weight is " + id));
  }

  /** Whether there is such a weight. */
  public boolean has(WeightId id) {
    return byId.containsKey(id);
  }

  /**
   * Refuses a plan of which a weight is used by no graph: what it stands for would be left out of
   * the arithmetic.
   *
   * @throws ConverterException that lists every such weight
   */
  public void requireAllUsed() {
    List<Problem> unused =
        weights.values().stream()
            .filter(weight -> !used.contains(weight.id()))
            .map(w -> new Problem(w.name(), "a graph that uses this weight", "none: " + w.id()))
            .toList();
    if (!unused.isEmpty()) {
      throw new ConverterException(unused);
    }
  }

  /** What all values of a weight are multiplied with, 1 where it has no factor. */
  public float factor(Weight weight) {
    if (weight.factor().isEmpty()) {
      return 1;
    }
    Float factor = factors.get(weight.name());
    if (factor == null) {
      throw new IllegalStateException("no factor of " + weight.name());
    }
    return factor;
  }

  /** Size of a file. */
  public long bytesOf(String file) {
    Long bytes = fileBytes.get(file);
    if (bytes == null) {
      throw new IllegalStateException("no file " + file);
    }
    return bytes;
  }
}
