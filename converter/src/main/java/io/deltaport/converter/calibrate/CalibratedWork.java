package io.deltaport.converter.calibrate;

import io.deltaport.converter.rewrite.Rewrite;
import io.deltaport.converter.rewrite.ShardBytes;
import io.deltaport.converter.rewrite.Work;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.WeightId;
import io.deltaport.converter.weights.WeightPlan;
import io.deltaport.loader.config.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rounds matrices to int4 with feedback from a calibration, layer after layer. */
public final class CalibratedWork implements Work {
  private final Calibration calibration;
  private final ModelConfig config;
  private final Map<WeightId, StoredWeight> weights;
  private final LongConsumer progress;
  private @Nullable LayerFeedback current;
  private int currentLayer = -1;
  private int calibrated;
  private int rare;
  private int others;

  /**
   * The work of a conversion.
   *
   * @param plan its weights
   * @param progress told of each number of bytes that the calibration reads
   */
  public CalibratedWork(
      Calibration calibration, ModelConfig config, WeightPlan plan, LongConsumer progress) {
    this.progress = progress;
    this.calibration = calibration;
    this.config = config;
    this.weights =
        plan.weights().values().stream()
            .collect(Collectors.toUnmodifiableMap(StoredWeight::id, weight -> weight));
  }

  @Override
  public int stage(Rewrite rewrite) {
    int layer = rewrite.target().id().layer().orElse(-1);
    return rewrite.roundsToInt4() && layer < config.layers().size() ? layer : -1;
  }

  @Override
  public List<Rewrite.Piece> pieces(List<Rewrite> rewrites, ShardBytes in) {
    List<Rewrite.Piece> pieces = new ArrayList<>();
    for (Rewrite rewrite : rewrites) {
      int layer = stage(rewrite);
      if (layer >= 0) {
        pieces.addAll(calibrated(rewrite, feedback(layer, in), in));
      } else {
        others += rewrite.roundsToInt4() ? 1 : 0;
        pieces.addAll(rewrite.pieces(in));
      }
    }
    return pieces;
  }

  /** Bytes that the calibration reads for these rewrites. */
  public long bytes(List<Rewrite> rewrites) {
    int last = rewrites.stream().mapToInt(this::stage).max().orElse(-1);
    return (last + 1) * calibration.bytesPerLayer();
  }

  /** What was done, for the user. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    notes.add(calibrated + " matrices calibrated");
    if (rare > 0) {
      notes.add(
          "%d matrices of experts that saw fewer than %d tokens took the plain search"
              .formatted(rare, LayerFeedback.FEWEST_TOKENS));
    }
    if (others > 0) {
      notes.add(others + " other int4 matrices took the plain search");
    }
    return notes;
  }

  private LayerFeedback feedback(int layer, ShardBytes in) {
    LayerFeedback feedback = current;
    if (feedback == null || layer != currentLayer) {
      current = null;
      feedback = new LayerFeedback(layer, calibration.layer(layer, progress), config, weights, in);
      current = feedback;
      currentLayer = layer;
    }
    return feedback;
  }

  private List<Rewrite.Piece> calibrated(Rewrite rewrite, LayerFeedback feedback, ShardBytes in) {
    WeightId id = rewrite.target().id();
    Optional<SharedFeedback> shared = feedback.of(id);
    if (shared.isPresent()) {
      calibrated++;
      return shared.get().counted(rewrite.pieces(in, shared.get()::get));
    }
    if (feedback.isRare(id)) {
      rare++;
    } else {
      others++;
    }
    return rewrite.pieces(in);
  }
}
