package io.deltaport.converter.weights;

import java.util.OptionalInt;

/**
 * What a weight is to a model, whatever a checkpoint calls it. Only the weight tables know names;
 * everything else that treats weights differently switches over roles.
 */
public enum Role {
  /** {@code [vocab, hidden]}. */
  EMBEDDING(Kind.TABLE),
  /** The language model's head, {@code [vocab, hidden]}. */
  HEAD(Kind.TABLE),
  /** The head of a classifier, {@code [labels, hidden]}. */
  CLASSIFIER(Kind.MATRIX),
  CLASSIFIER_BIAS(Kind.PLAIN),
  /** Before the token mixer. */
  MIXER_NORM(Kind.PLAIN),
  /** Before the MLP. */
  MLP_NORM(Kind.PLAIN),
  /** After the last layer. */
  FINAL_NORM(Kind.PLAIN),

  /** Queries, keys, values and the output gate, grouped by K head. */
  DELTA_QKVZ(Kind.MATRIX),
  /** {@code b} and {@code a} of the decay, grouped by K head. */
  DELTA_BA(Kind.SENSITIVE),
  /** Queries, keys, values one after the other. */
  DELTA_QKV(Kind.MATRIX),
  /** The output gate. */
  DELTA_Z(Kind.MATRIX),
  DELTA_B(Kind.SENSITIVE),
  DELTA_A(Kind.SENSITIVE),
  /** The causal convolution, {@code [conv_dim, 1, kernel]}. */
  DELTA_CONV(Kind.PLAIN),
  DELTA_A_LOG(Kind.PLAIN),
  DELTA_DT_BIAS(Kind.PLAIN),
  /** The gated norm of a head. */
  DELTA_NORM(Kind.PLAIN),
  DELTA_OUT(Kind.MATRIX),

  /** Query and output gate of each head side by side. */
  ATTENTION_Q(Kind.MATRIX),
  ATTENTION_K(Kind.MATRIX),
  ATTENTION_V(Kind.MATRIX),
  ATTENTION_O(Kind.MATRIX),
  ATTENTION_Q_BIAS(Kind.PLAIN),
  ATTENTION_K_BIAS(Kind.PLAIN),
  ATTENTION_V_BIAS(Kind.PLAIN),
  ATTENTION_O_BIAS(Kind.PLAIN),
  ATTENTION_Q_NORM(Kind.PLAIN),
  ATTENTION_K_NORM(Kind.PLAIN),

  MLP_GATE(Kind.MATRIX),
  MLP_UP(Kind.MATRIX),
  MLP_DOWN(Kind.MATRIX),

  /** {@code [experts, hidden]}: its logits choose the experts. */
  ROUTER(Kind.PLAIN),
  EXPERT_GATE(Kind.EXPERT),
  EXPERT_UP(Kind.EXPERT),
  EXPERT_DOWN(Kind.EXPERT),
  /** {@code [1, hidden]}: what the shared expert's output is multiplied with. */
  SHARED_EXPERT_GATE(Kind.PLAIN),
  SHARED_GATE(Kind.MATRIX),
  SHARED_UP(Kind.MATRIX),
  SHARED_DOWN(Kind.MATRIX),

  /** Joins embedding and hidden state of the MTP head, {@code [hidden, 2 * hidden]}. */
  MTP_FC(Kind.MATRIX),
  MTP_EMBEDDING_NORM(Kind.PLAIN),
  MTP_HIDDEN_NORM(Kind.PLAIN),
  /** After the MTP head's layer. */
  MTP_FINAL_NORM(Kind.PLAIN);

  /** What the ops and the precisions tell apart. */
  public enum Kind {
    /** A matrix with a row a token of the vocabulary. */
    TABLE,
    /** A matrix of one of the experts that a router chooses from. */
    EXPERT,
    /** A matrix whose rounding is felt in every later token: no scheme rounds it. */
    SENSITIVE,
    /** Any other matrix. */
    MATRIX,
    /** What the ops take only in formats without scales: norms, biases, routers. */
    PLAIN
  }

  private final Kind kind;

  Role(Kind kind) {
    this.kind = kind;
  }

  /** The weight of this role that a model has once. */
  public WeightId one() {
    return new WeightId(this, OptionalInt.empty(), OptionalInt.empty());
  }

  /** The weight of this role in a layer. */
  public WeightId at(int layer) {
    return new WeightId(this, OptionalInt.of(layer), OptionalInt.empty());
  }

  /** The weight of this role of an expert in a layer. */
  public WeightId at(int layer, int expert) {
    return new WeightId(this, OptionalInt.of(layer), OptionalInt.of(expert));
  }

  public Kind kind() {
    return kind;
  }

  /** Whether the ops take such a weight in formats that have scales. */
  public boolean matrix() {
    return kind != Kind.PLAIN;
  }
}
