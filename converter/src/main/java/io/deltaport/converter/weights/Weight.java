package io.deltaport.converter.weights;

import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A weight of the model and where its parts lie.
 *
 * @param name its name in the graph, without prefixes of a checkpoint
 * @param id what it is
 * @param shape as the model sees it, {@code [out, in]} for a matrix
 * @param block rows and columns that share a scale
 * @param codebook the 16 values that int4 chooses from; empty for another format
 * @param data its values; for int4 and fp4 {@code [out, ceil(in/2)]} bytes
 * @param factor of all its values, of fp4 only; its part is one of the checkpoint's, whatever file
 *     the others are in
 */
public record Weight(
    String name,
    WeightId id,
    Format format,
    Shape shape,
    Block block,
    Part data,
    Optional<Part> scales,
    Optional<Part> zeroPoints,
    Optional<Factor> factor,
    List<Float> codebook) {
  public Weight {
    codebook = List.copyOf(codebook);
    if (format.plain() == scales.isPresent() || (zeroPoints.isPresent() && scales.isEmpty())) {
      throw new IllegalArgumentException(name + ": " + format + " with scales " + scales);
    }
    if (factor.isPresent() && format != Format.FP4) {
      throw new IllegalArgumentException(name + ": " + format + " with a factor");
    }
    if (codebook.size() != (format == Format.INT4 ? 16 : 0)) {
      throw new IllegalArgumentException(
          name + ": " + format + " with a codebook of " + codebook.size());
    }
  }

  /** A weight without scales. */
  public static Weight plain(String name, WeightId id, Format format, Part data) {
    return new Weight(
        name,
        id,
        format,
        data.shape(),
        Block.NONE,
        data,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The module that it belongs to: its name without {@code .weight}. */
  public String module() {
    return Row.module(name);
  }

  /** Data, then scales, then zero points, as far as there are. */
  public Stream<Part> parts() {
    return Stream.concat(Stream.of(data), Stream.concat(scales.stream(), zeroPoints.stream()));
  }

  /** Bytes of all parts. */
  public long bytes() {
    return parts().mapToLong(Part::bytes).sum();
  }

  /** The same weight in other files: each part's file gets the name that the map gives it. */
  public Weight in(Map<String, String> files) {
    return new Weight(
        name,
        id,
        format,
        shape,
        block,
        data.in(files),
        scales.map(part -> part.in(files)),
        zeroPoints.map(part -> part.in(files)),
        factor,
        codebook);
  }
}
