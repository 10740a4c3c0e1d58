package io.deltaport.converter.blocks;

import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.graph.Dim;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.Op;
import io.deltaport.loader.config.ModelConfig;
import java.util.Optional;

/** What an architecture returns of the final-normed hidden states. */
public final class Head {
  private final LayerParts parts;
  private final ModelConfig config;

  /** The head of a graph. */
  public Head(LayerParts parts) {
    this.parts = parts;
    this.config = parts.config();
  }

  /** Declares the outputs for {@code hidden [tokens, hidden]}. */
  public void outputs(Value hidden) {
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
  public void causalLm(Value hidden) {
    Value rows = rows("logit_states", hidden, GraphInput.LOGIT_ROWS); // [n, hidden]
    Weight weight = Embedding.tied(parts, Role.HEAD, Role.EMBEDDING);
    Value logits = logits("lm_head", weight, Optional.empty(), rows); // [n, vocab]
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
    Value rows = rows("last_hidden_state", hidden, GraphInput.HIDDEN_ROWS); // [m, hidden]
    parts.output(rows, ElementType.FLOAT, Dim.of("m"), Dim.of(config.hiddenSize()));
  }

  private void classifier(Value hidden, long labels) {
    Value rows = rows("logit_states", hidden, GraphInput.LOGIT_ROWS); // [n, hidden]
    Weight weight = parts.weights().get(Role.CLASSIFIER.one());
    Optional<Weight> bias = parts.weights().find(Role.CLASSIFIER_BIAS.one());
    Value logits = logits(weight.module(), weight, bias, rows); // [n, labels]
    parts.output(logits, ElementType.FLOAT, Dim.of("n"), Dim.of(labels));
  }

  /** Some rows of activations. */
  private Value rows(String name, Value table, GraphInput rows) {
    return parts
        .graph()
        .add(
            Node.of(Op.TAKE_ROWS, name)
                .input("x", table)
                .input("rows", parts.input(rows))
                .output("y", name));
  }

  private Value logits(String node, Weight weight, Optional<Weight> bias, Value rows) {
    return parts
        .graph()
        .add(
            parts
                .linear(node, weight, bias, rows, LayerParts.Products.BY_MODE)
                .output("y", "logits"));
  }
}
