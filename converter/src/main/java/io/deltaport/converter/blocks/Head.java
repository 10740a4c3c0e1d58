package io.deltaport.converter.blocks;

import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Weight;
import io.deltaport.directory.graph.Op;
import io.deltaport.directory.graph.Port;
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
    Value rows = rows("logit_states", hidden, Port.LOGIT_ROWS); // [n, hidden]
    Weight weight = Embedding.tied(parts, Role.HEAD, Role.EMBEDDING);
    long vocab = config.vocabulary().size();
    Value logits = logits("lm_head", weight, Optional.empty(), rows, vocab); // [n, vocab]
    parts
        .graph()
        .add(
            Node.of(Op.TOP_K, "top_k_tokens")
                .input("logits", logits)
                .input("top_k", parts.input(Port.TOP_K))
                .output("values", Port.TOP_VALUES.key())
                .output("ids", Port.TOP_IDS.key()));
    parts.graph().output(Port.TOP_VALUES.info());
    parts.graph().output(Port.TOP_IDS.info());
    lastHiddenState(hidden);
  }

  private void lastHiddenState(Value hidden) {
    rows(Port.LAST_HIDDEN_STATE.key(), hidden, Port.HIDDEN_ROWS); // [m, hidden]
    parts.output(Port.LAST_HIDDEN_STATE, config.hiddenSize());
  }

  private void classifier(Value hidden, long labels) {
    Value rows = rows("logit_states", hidden, Port.LOGIT_ROWS); // [n, hidden]
    Weight weight = parts.weights().get(Role.CLASSIFIER.one());
    Optional<Weight> bias = parts.weights().find(Role.CLASSIFIER_BIAS.one());
    logits(weight.module(), weight, bias, rows, labels); // [n, labels]
  }

  /** Some rows of activations. */
  private Value rows(String name, Value table, Port rows) {
    return parts
        .graph()
        .add(
            Node.of(Op.TAKE_ROWS, name)
                .input("x", table)
                .input("rows", parts.input(rows))
                .output("y", name));
  }

  private Value logits(String node, Weight weight, Optional<Weight> bias, Value rows, long width) {
    parts.output(Port.LOGITS, width);
    return parts
        .graph()
        .add(
            parts
                .linear(node, weight, bias, rows, LayerParts.Products.BY_MODE)
                .output("y", Port.LOGITS.key()));
  }
}
