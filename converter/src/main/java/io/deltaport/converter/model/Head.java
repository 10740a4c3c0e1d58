package io.deltaport.converter.model;

import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Role;
import io.deltaport.directory.graph.Dim;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.Op;
import io.deltaport.loader.config.ModelConfig;

/** What an architecture returns of the final-normed hidden states. */
final class Head {
  private final GraphParts parts;
  private final ModelConfig config;

  Head(GraphParts parts) {
    this.parts = parts;
    this.config = parts.config();
  }

  /** Declares the outputs for {@code hidden [tokens, hidden]}. */
  void outputs(Value hidden) {
    switch (config.architecture().head()) {
      case CAUSAL_LM -> causalLm(hidden);
      case BASE_MODEL -> lastHiddenState(hidden);
      case SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION ->
          classifier(hidden, config.architecture().numLabels());
      case QUESTION_ANSWERING -> classifier(hidden, 2);
    }
  }

  /**
   * Logits of {@code logit_rows}, their best tokens, and the hidden states of {@code hidden_rows}.
   */
  void causalLm(Value hidden) {
    Value rows = parts.rows("logit_states", hidden, GraphInput.LOGIT_ROWS); // [n, hidden]
    Value logits = parts.languageModelHead(rows); // [n, vocab]
    parts
        .graph()
        .add(
            Node.of(Op.TOP_K, "top_k_tokens")
                .input("logits", logits)
                .input("top_k", parts.input(GraphInput.TOP_K))
                .output("values", "top_values")
                .output("ids", "top_ids"));
    parts.output(logits, ElementType.FLOAT, Dim.of("n"), Dim.of(config.vocabulary().size()));
    parts.output(new Value("top_values"), ElementType.FLOAT, Dim.of("n"), Dim.of("k"));
    parts.output(new Value("top_ids"), ElementType.INT64, Dim.of("n"), Dim.of("k"));
    lastHiddenState(hidden);
  }

  private void lastHiddenState(Value hidden) {
    Value rows = parts.rows("last_hidden_state", hidden, GraphInput.HIDDEN_ROWS); // [m, hidden]
    parts.output(rows, ElementType.FLOAT, Dim.of("m"), Dim.of(config.hiddenSize()));
  }

  private void classifier(Value hidden, long labels) {
    Value rows = parts.rows("logit_states", hidden, GraphInput.LOGIT_ROWS); // [n, hidden]
    Value logits =
        parts.linear(
            Role.CLASSIFIER.one(), Role.CLASSIFIER_BIAS.one(), rows, "logits"); // [n, labels]
    parts.output(logits, ElementType.FLOAT, Dim.of("n"), Dim.of(labels));
  }
}
