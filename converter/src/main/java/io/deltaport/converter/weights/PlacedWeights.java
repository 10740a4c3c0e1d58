package io.deltaport.converter.weights;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Weights where a graph will find them.
 *
 * @param weights by name; their parts name files of the model directory's external folder
 * @param fileBytes size of each of those files, by name weight
 */
public record PlacedWeights(SortedMap<String, Weight> weights, SortedMap<String, Long> fileBytes) {
  public PlacedWeights {
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    fileBytes = Collections.unmodifiableSortedMap(new TreeMap<>(fileBytes));
  }

  /**
   * The weight of that name.
   *
   * @throws IllegalStateException if the plan has none: the table and the graph disagree
   */
  public Weight get(String name) {
    Weight weight = weights.get(name);
    if (weight == null) {
      throw new IllegalStateException("no weight " + name);
    }
    return weight;
  }

  /** Whether there is a weight of that name. */
  public boolean has(String name) {
    return weights.containsKey(name);
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
