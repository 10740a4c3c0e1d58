package io.deltaport.converter.onnx;

import io.deltaport.directory.graph.ValueInfo;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A graph in execution order: every node's inputs are graph inputs, initializers or outputs of
 * earlier nodes, every name is defined once, and every input and initializer is used.
 */
public record Graph(
    String name,
    List<ValueInfo> inputs,
    List<ValueInfo> outputs,
    List<Initializer> initializers,
    List<Node> nodes) {
  public Graph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    initializers = List.copyOf(initializers);
    nodes = List.copyOf(nodes);
    Set<String> defined = new HashSet<>();
    Set<String> used = new HashSet<>();
    inputs.forEach(input -> define(defined, input.name()));
    initializers.forEach(initializer -> define(defined, initializer.name()));
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        if (!input.isEmpty() && !defined.contains(input)) {
          throw new IllegalArgumentException(
              node.name() + ": input " + input + " is not defined before it");
        }
        used.add(input);
      }
      node.outputs().stream()
          .filter(output -> !output.isEmpty())
          .forEach(output -> define(defined, output));
    }
    Set<String> returned = new HashSet<>();
    for (ValueInfo output : outputs) {
      define(returned, output.name());
      if (!defined.contains(output.name())) {
        throw new IllegalArgumentException("graph output " + output.name() + " is not defined");
      }
    }
    inputs.forEach(input -> requireUsed(used, input.name()));
    initializers.forEach(initializer -> requireUsed(used, initializer.name()));
  }

  private static void define(Set<String> defined, String name) {
    if (!defined.add(name)) {
      throw new IllegalArgumentException(name + " is defined twice");
    }
  }

  private static void requireUsed(Set<String> used, String name) {
    if (!used.contains(name)) {
      throw new IllegalArgumentException(name + " is used by no node");
    }
  }
}
