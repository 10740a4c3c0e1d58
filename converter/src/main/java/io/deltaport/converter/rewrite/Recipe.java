package io.deltaport.converter.rewrite;

import io.deltaport.converter.weights.Part;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.Weight;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import java.util.Optional;

/** How a weight gets into a new shard. */
public sealed interface Recipe {
  /** The source. */
  StoredWeight source();

  /** The weight in a file yet to be laid out. */
  Weight unplaced();

  /** The job, once the weight has its place. */
  Job job(Weight placed);

  /** Bytes as they are. */
  record Copy(StoredWeight.Plain source) implements Recipe {
    @Override
    public Weight unplaced() {
      return source.weight();
    }

    @Override
    public Job job(Weight placed) {
      return new Job.Copy(source.weight(), placed);
    }
  }

  /** Another format. */
  record Encode(StoredWeight source, Encoder encoder) implements Recipe {
    @Override
    public Weight unplaced() {
      Shape shape = source.shape();
      Optional<Part> scales = encoder.scaleShape(shape).map(s -> new Part("", DType.F16, s, 0));
      return new Weight(
          source.name(),
          source.id(),
          encoder.format(),
          shape,
          encoder.block(),
          new Part("", encoder.dataType(), encoder.dataShape(shape), 0),
          scales,
          Optional.empty(),
          Optional.empty(),
          encoder.codebook());
    }

    @Override
    public Job job(Weight placed) {
      return new Job.Encode(source, encoder, placed);
    }
  }

  /** Packed codes in another order. */
  record Repack(StoredWeight.Packed source) implements Recipe {
    @Override
    public Weight unplaced() {
      return Repacking.target(source);
    }

    @Override
    public Job job(Weight placed) {
      return new Job.Repack(source, placed);
    }
  }
}
