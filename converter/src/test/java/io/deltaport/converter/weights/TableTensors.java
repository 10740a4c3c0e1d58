package io.deltaport.converter.weights;

import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shard;
import io.deltaport.loader.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Tensors that fit a weight table: what a checkpoint of it would hold, in one file without bytes.
 */
public final class TableTensors {
  /** The file. */
  public static final String FILE = "m.safetensors";

  private static final Shard SHARD = new Shard(Path.of(FILE), FILE, 1L << 50, 8);

  private TableTensors() {}

  /** One bfloat16 tensor for each that a row stands for. */
  public static Map<String, Tensor> of(List<Row> table) {
    Map<String, Tensor> tensors = new TreeMap<>();
    long offset = 8;
    for (Row row : table) {
      for (Map<String, Integer> values : combinations(row)) {
        String name = Row.expand(row.source(), values);
        long bytes = DType.BF16.bytes(row.shape().elements());
        tensors.put(name, new Tensor(name, DType.BF16, row.shape(), SHARD, offset, bytes));
        offset += bytes;
      }
    }
    return tensors;
  }

  /** The weights of a table where they lie. */
  public static PlacedWeights placed(List<Row> table) {
    WeightPlan plan = WeightPlan.of(table, of(table), Map.of(), Optional.empty());
    return new PlacedWeights(
        plan.weights().values().stream().map(weight -> weight.stored().orElseThrow()).toList(),
        Map.of(FILE, 1L << 50),
        Map.of());
  }

  private static List<Map<String, Integer>> combinations(Row row) {
    if (row.transform() == Transform.DROP) {
      return List.of();
    }
    List<Map<String, Integer>> combinations = List.of(Map.of());
    for (Map.Entry<String, List<Integer>> axis : row.axes().entrySet()) {
      List<Map<String, Integer>> longer = new ArrayList<>();
      for (Map<String, Integer> combination : combinations) {
        for (int value : axis.getValue()) {
          Map<String, Integer> more = new TreeMap<>(combination);
          more.put(axis.getKey(), value);
          longer.add(more);
        }
      }
      combinations = longer;
    }
    return combinations;
  }
}
