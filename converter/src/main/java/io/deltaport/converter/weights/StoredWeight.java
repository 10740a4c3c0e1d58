package io.deltaport.converter.weights;

import io.deltaport.loader.tensor.Shape;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A weight of the model as a checkpoint stores it. */
public sealed interface StoredWeight {
  /** Name of the weight in the graph. */
  String name();

  /** What it is. */
  WeightId id();

  /** Shape as the model sees it, {@code [out, in]} for a matrix. */
  Shape shape();

  /** Where its bytes lie. */
  Stream<Part> parts();

  /** The weight as it lies, where the ops can read it so. */
  Optional<Weight> stored();

  /** What one of two functions makes of it, by its kind. */
  <R> R map(Function<Weight, R> plain, Function<Packed, R> packed);

  /** Bytes of all parts. */
  default long bytes() {
    return parts().mapToLong(Part::bytes).sum();
  }

  /** A weight in a format of the ops. */
  record Plain(Weight weight) implements StoredWeight {
    @Override
    public String name() {
      return weight.name();
    }

    @Override
    public WeightId id() {
      return weight.id();
    }

    @Override
    public Shape shape() {
      return weight.shape();
    }

    @Override
    public Stream<Part> parts() {
      return weight.parts();
    }

    @Override
    public Optional<Weight> stored() {
      return Optional.of(weight);
    }

    @Override
    public <R> R map(Function<Weight, R> plain, Function<Packed, R> packed) {
      return plain.apply(weight);
    }
  }

  /**
   * A matrix of integers packed in int32, {@code w = scale * (code - zero point)}, with one scale
   * and zero point for each group of columns of a row.
   *
   * @param shape {@code [out, in]}
   * @param codes the integers
   * @param scales one a group and row
   * @param zeroPoints one a group and row; absent where it is the middle of the range
   * @param groupIndex the group of each column, where groups are no runs of columns
   * @param group columns of a group
   * @param grouping whether groups are runs of columns
   */
  record Packed(
      String name,
      WeightId id,
      Shape shape,
      IntPacking packing,
      Part codes,
      Part scales,
      Optional<Part> zeroPoints,
      Optional<Part> groupIndex,
      long group,
      Grouping grouping)
      implements StoredWeight {
    /** What columns make a group. */
    public enum Grouping {
      /** Those that follow each other. */
      RUNS,
      /** Those that {@code groupIndex} gives the same number. */
      PERMUTED
    }

    @Override
    public Stream<Part> parts() {
      return Stream.of(Stream.of(codes, scales), zeroPoints.stream(), groupIndex.stream())
          .flatMap(s -> s);
    }

    @Override
    public Optional<Weight> stored() {
      return Optional.empty();
    }

    @Override
    public <R> R map(Function<Weight, R> plain, Function<Packed, R> packed) {
      return packed.apply(this);
    }

    /** Groups of a row. */
    public long groups() {
      return (shape.dim(1) + group - 1) / group;
    }
  }
}
