package io.deltaport.converter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What to convert, and how.
 *
 * @param source a checkpoint directory, or one safetensors file with {@code config.json} beside it
 * @param destination the model directory to make
 * @param overrides precisions of single weights, before {@code precision}; of several that match
 *     the last
 */
public record Conversion(
    Path source,
    Path destination,
    WeightsMode weights,
    Precision precision,
    List<PrecisionOverride> overrides,
    Set<Option> options) {
  public Conversion {
    overrides = List.copyOf(overrides);
    options = Set.copyOf(options);
  }

  /** How the weight files get into the model directory. */
  public enum WeightsMode {
    /** Hard links; where the file system refuses them, {@link #REFERENCE}. */
    AUTO,
    /** Copies: the directory is self-contained. */
    COPY,
    /** They stay where they are; the directory names their folder. */
    REFERENCE
  }

  /** How weights are stored. */
  public enum Precision {
    /** As the checkpoint has them; no weight is rewritten. */
    KEEP,
    F32,
    BF16,
    F16,
    /** Matrices in 8 bits, but for router and gates. */
    INT8,
    /** Matrices in 4 bits, embedding and head in 8. */
    INT4,
    /** Routed experts in 4 bits, other matrices in 8. */
    MIXED
  }

  /** What else is wanted. */
  public enum Option {
    /** The graph also returns {@code hidden_states.N} and {@code router_logits.N}. */
    TAPS,
    /** The multi-token-prediction head gets a graph of its own, {@code mtp.onnx}. */
    MTP,
    /** Each layer gets a graph of its own too, {@code layer-N.onnx}: for a calibration. */
    LAYERS,
    /** An existing model directory at the destination is replaced. */
    FORCE,
    /** Every weight file is read and hashed whole. */
    HASH
  }

  /** Whether an option is set. */
  public boolean has(Option option) {
    return options.contains(option);
  }

  /** Starts a conversion with hard links, weights as they are and no options. */
  public static Builder of(Path source, Path destination) {
    return new Builder(source, destination);
  }

  /** Collects the settings of a conversion. */
  public static final class Builder {
    private final Path source;
    private final Path destination;
    private final Set<Option> options = EnumSet.noneOf(Option.class);
    private final List<PrecisionOverride> overrides = new ArrayList<>();
    private WeightsMode weights = WeightsMode.AUTO;
    private Precision precision = Precision.KEEP;

    private Builder(Path source, Path destination) {
      this.source = source;
      this.destination = destination;
    }

    public Builder weights(WeightsMode mode) {
      weights = mode;
      return this;
    }

    public Builder precision(Precision wanted) {
      precision = wanted;
      return this;
    }

    public Builder override(PrecisionOverride rule) {
      overrides.add(rule);
      return this;
    }

    public Builder with(Option option) {
      options.add(option);
      return this;
    }

    public Conversion build() {
      return new Conversion(source, destination, weights, precision, overrides, options);
    }
  }
}
