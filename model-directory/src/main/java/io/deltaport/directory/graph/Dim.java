package io.deltaport.directory.graph;

import java.util.function.Function;
import java.util.function.LongFunction;

/**
 * One dimension of a graph input or output: a number, or the name of an axis that a run decides.
 */
public sealed interface Dim {
  /** What one of two functions makes of it, by its kind. */
  <R> R map(LongFunction<R> fixed, Function<String, R> named);

  /** A dimension known in the graph. */
  record Fixed(long size) implements Dim {
    public Fixed {
      if (size < 0) {
        throw new IllegalArgumentException("a dimension cannot be " + size);
      }
    }

    @Override
    public <R> R map(LongFunction<R> fixed, Function<String, R> named) {
      return fixed.apply(size);
    }
  }

  /** An axis of the glossary, {@code dim_param} in ONNX. */
  record Named(String axis) implements Dim {
    public Named {
      if (axis.isEmpty()) {
        throw new IllegalArgumentException("an axis needs a name");
      }
    }

    @Override
    public <R> R map(LongFunction<R> fixed, Function<String, R> named) {
      return named.apply(axis);
    }
  }

  static Dim of(long size) {
    return new Fixed(size);
  }

  static Dim of(String axis) {
    return new Named(axis);
  }
}
