package io.deltaport.directory.graph;

import java.util.List;

/** A graph input or output: its name, element type and dimensions. */
public record ValueInfo(String name, ElementType type, List<Dim> dims) {
  public ValueInfo {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a graph input or output needs a name");
    }
    dims = List.copyOf(dims);
  }

  public static ValueInfo of(String name, ElementType type, Dim... dims) {
    return new ValueInfo(name, type, List.of(dims));
  }
}
