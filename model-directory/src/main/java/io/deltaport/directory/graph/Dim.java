package io.deltaport.directory.graph;

/**
 * One dimension of a graph input or output: a number, or the name of an axis that a run decides.
 */
public sealed interface Dim {

  /** A dimension known in the graph. */
  record Fixed(long size) implements Dim {
    public Fixed {
      if (size < 0) {
        throw new IllegalArgumentException("a dimension cannot be " + size);
      }
    }
  }

  /** An axis of the glossary, {@code dim_param} in ONNX. */
  record Named(String axis) implements Dim {
    public Named {
      if (axis.isEmpty()) {
        throw new IllegalArgumentException("an axis needs a name");
      }
    }
  }

  static Dim of(long size) {
    return new Fixed(size);
  }

  static Dim of(String axis) {
    return new Named(axis);
  }
}
