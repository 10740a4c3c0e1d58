package io.deltaport.converter.calibrate;

import io.deltaport.converter.rewrite.Job;
import io.deltaport.converter.rewrite.ShardBytes;
import io.deltaport.converter.rewrite.Work;
import io.deltaport.converter.weights.StoredWeight;
import io.deltaport.converter.weights.WeightId;
import io.deltaport.converter.weights.WeightPlan;
import io.deltaport.directory.graph.Format;
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
  public int stage(Job job) {
    int layer = job.target().id().layer().orElse(-1);
    return encodes(job) && layer < config.layers().size() ? layer : -1;
  }

  @Override
  public List<Job.Piece> pieces(List<Job> jobs, ShardBytes in) {
    List<Job.Piece> pieces = new ArrayList<>();
    for (Job job : jobs) {
      int layer = stage(job);
      if (layer >= 0 && job instanceof Job.Encode encode) {
        pieces.addAll(calibrated(encode, feedback(layer, in), in));
      } else {
        others += encodes(job) ? 1 : 0;
        pieces.addAll(job.pieces(in));
      }
    }
    return pieces;
  }

  /** Bytes that the calibration reads for these jobs. */
  public long bytes(List<Job> jobs) {
    int last = jobs.stream().mapToInt(this::stage).max().orElse(-1);
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

  private static boolean encodes(Job job) {
    return job instanceof Job.Encode encode && encode.encoder().format() == Format.INT4;
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

  private List<Job.Piece> calibrated(Job.Encode job, LayerFeedback feedback, ShardBytes in) {
    WeightId id = job.target().id();
    Optional<SharedFeedback> shared = feedback.of(id);
    if (shared.isPresent()) {
      calibrated++;
      return shared.get().counted(job.pieces(in, shared.get()::get));
    }
    if (feedback.isRare(id)) {
      rare++;
    } else {
      others++;
    }
    return job.pieces(in);
  }
}
