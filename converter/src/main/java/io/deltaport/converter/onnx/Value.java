package io.deltaport.converter.onnx;

/** A value inside a graph: what an input, an initializer or a node's output is called. */
public record Value(String name) {
  public Value {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a value needs a name");
    }
  }
}
