package io.deltaport.directory.graph;

/** An axis of a {@link Port}, in the words of {@code docs/shapes.md}. */
public enum Axis {
  TOKENS("tokens", Kind.RUN),
  SEQS("seqs", Kind.RUN),
  SEQS_PLUS_1("seqs+1", Kind.RUN),
  MAX_BLOCKS("max_blocks", Kind.RUN),
  /** Rows of logits that a run asks for. */
  N("n", Kind.RUN),
  /** Rows of hidden states that a run asks for. */
  M("m", Kind.RUN),
  /** Best tokens that a run asks for. */
  K("k", Kind.RUN),
  ONE("1", Kind.ONE),
  HIDDEN("hidden", Kind.WIDTH),
  /** Tokens of the vocabulary, or labels of a classifier. */
  LOGITS("logits", Kind.WIDTH),
  EXPERTS("experts", Kind.WIDTH),
  /** What a token mixer gives to its output projection; another width in each kind of layer. */
  MIXED("mixed", Kind.WIDTH);

  /** What decides the size of an axis. */
  public enum Kind {
    /** Each run. */
    RUN,
    /** It is 1. */
    ONE,
    /** The model: the graph states the number. */
    WIDTH
  }

  private final String text;
  private final Kind kind;

  Axis(String text, Kind kind) {
    this.text = text;
    this.kind = kind;
  }

  /** What decides its size. */
  public Kind kind() {
    return kind;
  }

  /**
   * The dimension that a graph declares.
   *
   * @param width of an axis that the model decides
   */
  Dim dim(long width) {
    return switch (kind) {
      case RUN -> Dim.of(text);
      case ONE -> Dim.of(1);
      case WIDTH -> Dim.of(width);
    };
  }

  @Override
  public String toString() {
    return text;
  }
}
