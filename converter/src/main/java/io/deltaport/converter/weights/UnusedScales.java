package io.deltaport.converter.weights;

import java.util.List;
import java.util.stream.Stream;

/** Scales beside a checkpoint's weights that say nothing about the weights. */
final class UnusedScales {
  private static final String ACTIVATIONS =
      "of quantised activations, which stay float32 here: not used";
  private static final String CACHE = "of a quantised cache, which is not quantised here: not used";

  /** Rows that drop them. */
  static final List<Row> ROWS =
      Stream.concat(
              rows(
                  ACTIVATIONS,
                  "input_scale",
                  "input_global_scale",
                  "input_zero_point",
                  "activation_scale",
                  "output_scale",
                  "output_zero_point",
                  "q_scale"),
              rows(CACHE, "k_scale", "v_scale", "k_zero_point", "v_zero_point"))
          .toList();

  private UnusedScales() {}

  private static Stream<Row> rows(String reason, String... parts) {
    return Stream.of(parts).map(part -> Row.dropBeside(part, reason));
  }
}
