package io.deltaport.converter.weights;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.loader.config.QuantizationConfig;
import io.deltaport.loader.tensor.Tensor;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Every weight of a model and where it lies, and what became of every tensor of the checkpoint.
 *
 * @param weights the weights, by name
 * @param lines the table, in its order, with what each row matched
 * @param notes what the user should know about the checkpoint's files
 */
public record WeightPlan(
    SortedMap<String, StoredWeight> weights, List<Line> lines, List<String> notes) {
  public WeightPlan {
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    lines = List.copyOf(lines);
    notes = List.copyOf(notes);
  }

  /** What one row matched: how many tensors (scales included), and their bytes. */
  public record Line(Row row, long tensors, long bytes) {}

  /** The rows of the table. */
  public List<Row> rows() {
    return lines.stream().map(Line::row).toList();
  }

  /**
   * Applies a table to the tensors of a checkpoint.
   *
   * @param absent tensors that an index lists but no shard has, each with the shard that should
   * @param quantization how the checkpoint stores the matrices that it quantises
   * @throws ConverterException that lists every missing, extra and wrong tensor
   */
  public static WeightPlan of(
      List<Row> table,
      Map<String, Tensor> tensors,
      Map<String, String> absent,
      Optional<QuantizationConfig> quantization) {
    return new WeightPlanner(tensors, absent, MatrixStorage.of(quantization)).plan(table);
  }
}
