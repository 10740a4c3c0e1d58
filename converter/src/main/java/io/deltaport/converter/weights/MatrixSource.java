package io.deltaport.converter.weights;

import io.deltaport.loader.tensor.Shape;
import java.util.List;

/**
 * What a checkpoint calls a matrix, or a stack of equal ones: {@code [out, in]}, or {@code
 * [experts, fused * out, in]} where {@code fused} matrices of an expert follow one another.
 *
 * @param name of the tensor where it lies unpacked; others that belong to it begin like it
 * @param shape of that tensor
 * @param targets the matrices, in the order of their rows
 * @param fused matrices of one expert
 */
record MatrixSource(String name, Shape shape, List<NamedWeight> targets, int fused) {
  /** What compressed-tensors calls a packed tensor after its unpacked name. */
  static final String PACKED = "_packed";

  MatrixSource {
    targets = List.copyOf(targets);
  }

  /** A matrix of its own. */
  static MatrixSource of(String name, Shape shape, NamedWeight target) {
    return new MatrixSource(name, shape, List.of(target), 1);
  }

  /**
   * The shape, and of a head what would do instead: transformers fills one that is neither there
   * nor the embedding with random numbers.
   */
  String wanted() {
    return targets.get(0).id().role() == Role.HEAD
        ? shape + ", or tie_word_embeddings true in config.json"
        : shape.toString();
  }

  /** Columns. */
  long in() {
    return shape.dim(shape.rank() - 1);
  }

  /** Rows of one matrix. */
  long out() {
    return shape.elements() / in() / targets.size();
  }

  /** {@code [out, in]} of one matrix. */
  Shape matrix() {
    return Shape.of(out(), in());
  }

  /** Experts of a stack, 1 of a matrix of its own. */
  long experts() {
    return targets.size() / fused;
  }

  /** Whether it is no stack. */
  boolean single() {
    return shape.rank() == 2;
  }

  /**
   * The shape of something that every row has {@code columns} of.
   *
   * @param rows of one expert
   */
  Shape perRow(long rows, long columns) {
    return single() ? Shape.of(rows, columns) : Shape.of(experts(), rows, columns);
  }

  /** The module, as patterns of a config name it. */
  String module() {
    return Row.module(name);
  }

  /** The module's name in the graph, where prefixes of a checkpoint are gone; a stack has none. */
  String graphModule() {
    return single() ? Row.module(targets.get(0).name()) : module();
  }

  /** The class of the module in torch. */
  String moduleClass() {
    return targets.get(0).id().role() == Role.EMBEDDING ? "Embedding" : "Linear";
  }
}
