package io.deltaport.converter;

import io.deltaport.converter.Conversion.Option;
import io.deltaport.converter.Conversion.WeightsMode;
import io.deltaport.directory.Progress;
import java.nio.file.Path;
import java.util.Set;

/**
 * Converts a checkpoint only to run it: the one class of the converter that a runtime knows.
 * Weights stay as and where they are, unless some must be rewritten to be run at all.
 */
public final class DirectConversion {
  private DirectConversion() {}

  /** What a run wants beside the model's graph and outputs. */
  public enum Extra {
    /** The outputs {@code hidden_states.N} and {@code router_logits.N}. */
    TAPS,
    /** The graph of the multi-token-prediction head. */
    MTP,
    /** A graph of each layer by itself. */
    LAYERS;

    private Option option() {
      return switch (this) {
        case TAPS -> Option.TAPS;
        case MTP -> Option.MTP;
        case LAYERS -> Option.LAYERS;
      };
    }
  }

  /**
   * Makes a model directory.
   *
   * @throws io.deltaport.loader.CheckpointException if a file of the checkpoint is not what it must
   *     be
   * @throws ConverterException if the checkpoint cannot be converted so, or the directory cannot be
   *     written
   */
  public static void convert(
      Path checkpoint, Path directory, Set<Extra> extras, Progress progress) {
    Conversion.Builder conversion = Conversion.of(checkpoint, directory);
    extras.forEach(extra -> conversion.with(extra.option()));
    boolean rewritten = Converter.plan(conversion.build()).rewrittenBytes() > 0;
    WeightsMode mode = rewritten ? WeightsMode.AUTO : WeightsMode.REFERENCE;
    Converter.convert(conversion.weights(mode).build(), progress);
  }
}
