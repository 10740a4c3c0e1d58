package io.deltaport.converter.rewrite;

import io.deltaport.converter.weights.Block;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** Stores rows of float32 in a format. Safe for several threads; equal rows give equal bytes. */
public interface Encoder {
  /** What comes out. */
  Format format();

  /** Rows and columns that share a scale. */
  Block block();

  /** The values that int4 chooses from, else empty. */
  List<Float> codebook();

  /** Type of the data's elements. */
  DType dataType();

  /** Shape of the data of a weight. */
  Shape dataShape(Shape weight);

  /** Shape of its scales, where it has any; they are float16. */
  Optional<Shape> scaleShape(Shape weight);

  /**
   * Appends encoded rows.
   *
   * @param name of the weight, for errors
   * @param values {@code [rows, columns]}; may be overwritten
   * @param feedback how rounding errors are made up for
   */
  void encode(
      String name, float[] values, int rows, int columns, Feedback feedback, EncodedRows out);
}
