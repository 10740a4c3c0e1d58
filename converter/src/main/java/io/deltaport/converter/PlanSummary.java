package io.deltaport.converter;

import io.deltaport.converter.weights.WeightPlan;
import java.util.List;

/**
 * What a conversion will do, known from headers alone.
 *
 * @param rows the weight table, each row with the tensors that it matched
 * @param parameters of the graphs
 * @param weightBytes bytes of all weights that the graphs use, as they will be stored
 * @param expertBytes of them, bytes of the routed experts
 * @param rewrittenBytes of all, bytes that the conversion writes anew
 * @param stateBytesPerSequence conv and recurrent state of one sequence, float32
 * @param kvBytesPerToken keys and values of one token, float32
 * @param defaultsUsed each key that {@code config.json} leaves out and the value taken: {@code key
 *     = value}
 * @param keysIgnored keys of {@code config.json} that change nothing
 * @param notes what the user should know about the checkpoint's files and about precisions, one
 *     line each
 */
public record PlanSummary(
    List<WeightPlan.Line> rows,
    ParameterCount parameters,
    long weightBytes,
    long expertBytes,
    long rewrittenBytes,
    long stateBytesPerSequence,
    long kvBytesPerToken,
    List<String> defaultsUsed,
    List<String> keysIgnored,
    List<String> notes) {
  public PlanSummary {
    rows = List.copyOf(rows);
    defaultsUsed = List.copyOf(defaultsUsed);
    keysIgnored = List.copyOf(keysIgnored);
    notes = List.copyOf(notes);
  }

  /** What of the checkpoint is no part of the model, and why: the rows that dropped tensors. */
  public List<WeightPlan.Line> dropped() {
    return rows.stream()
        .filter(line -> line.row().transform().drops() && line.tensors() > 0)
        .toList();
  }

  /** Memory that holds all weights and the state of one sequence of so many tokens, in bytes. */
  public long memoryToRun(long tokens) {
    return weightBytes + stateBytesPerSequence + Math.multiplyExact(tokens, kvBytesPerToken);
  }
}
