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
 */
public record WeightPlan(SortedMap<String, StoredWeight> weights, List<Line> lines) {
  public WeightPlan {
    weights = Collections.unmodifiableSortedMap(new TreeMap<>(weights));
    lines = List.copyOf(lines);
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
   * @param quantization how the checkpoint stores the matrices that it quantises
   * @throws ConverterException that lists every missing, extra and wrong tensor
   */
  public static WeightPlan of(
      List<Row> table, Map<String, Tensor> tensors, Optional<QuantizationConfig> quantization) {
    return new WeightPlanner(tensors, MatrixStorage.of(quantization)).plan(table);
  }
}
