package io.deltaport.converter.weights;

/**
 * The one number that scales all values of a weight, beside the scales of its blocks.
 *
 * @param part where it lies: one element
 */
public record Factor(Part part, Use use) {
  public Factor {
    if (part.shape().elements() != 1) {
      throw new IllegalArgumentException("a factor of " + part.shape());
    }
  }

  /** What it does to the values. */
  public enum Use {
    /** As ModelOpt's {@code weight_scale_2}. */
    MULTIPLIES {
      @Override
      float multiplier(float stored) {
        return stored;
      }
    },
    /** As compressed-tensors' {@code weight_global_scale}. */
    DIVIDES {
      @Override
      float multiplier(float stored) {
        return 1 / stored;
      }
    };

    abstract float multiplier(float stored);
  }

  /** What the values are multiplied with, given the number on disk. */
  public float multiplier(float stored) {
    return use.multiplier(stored);
  }
}
