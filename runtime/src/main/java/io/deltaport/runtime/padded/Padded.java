package io.deltaport.runtime.padded;

import io.deltaport.loader.config.HeadType;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Snapshot;
import io.deltaport.runtime.options.RunException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Runs padded batches, as Hugging Face's models do. */
public final class Padded {
  private Padded() {}

  /** Runs a padded batch with a new sequence for each row; the sequences are the caller's. */
  public static PaddedResult run(Model model, PaddedBatch batch) {
    List<Sequence> sequences = new ArrayList<>();
    for (int b = 0; b < batch.batch(); b++) {
      sequences.add(model.newSequence());
    }
    try {
      return run(model, batch, sequences);
    } catch (RuntimeException | Error e) {
      sequences.forEach(Sequence::close);
      throw e;
    }
  }

  /** Goes on with sequences of an earlier run, one a row. */
  public static PaddedResult run(Model model, PaddedBatch batch, List<Sequence> sequences) {
    if (sequences.size() != batch.batch()) {
      throw wrong(
          "a sequence for each of %d rows expected, found %d"
              .formatted(batch.batch(), sequences.size()));
    }
    PaddedRun run = steps(model, batch, sequences);
    return new PaddedResult(run, model.run(run.steps()), sequences);
  }

  private static PaddedRun steps(Model model, PaddedBatch batch, List<Sequence> sequences) {
    boolean base = model.info().head() == HeadType.BASE_MODEL;
    RowSelection hidden =
        batch.hidden() != null ? batch.hidden() : base ? RowSelection.ALL : RowSelection.NONE;
    if (model.info().head() == HeadType.SEQUENCE_CLASSIFICATION) {
      if (batch.logits() != null) {
        throw wrong("sequence classification pools its own row of logits");
      }
      return PaddedRun.pooled(batch, sequences, model.info().padToken(), hidden);
    }
    RowSelection logits =
        batch.logits() != null ? batch.logits() : base ? RowSelection.NONE : RowSelection.ALL;
    return PaddedRun.ofTokens(batch, sequences, logits, hidden);
  }

  /**
   * Puts beams in another order, as {@code reorder_cache} of transformers: sequence {@code i}
   * becomes what {@code beamIdx[i]} was.
   */
  public static void reorder(List<Sequence> beams, int... beamIdx) {
    if (beams.size() != beamIdx.length
        || Arrays.stream(beamIdx).anyMatch(beam -> beam < 0 || beam >= beams.size())) {
      throw wrong(
          "reorder: %d indices of 0 to %d expected, found %s"
              .formatted(beams.size(), beams.size() - 1, Arrays.toString(beamIdx)));
    }
    List<Snapshot> before = new ArrayList<>(beams.size());
    try {
      beams.forEach(beam -> before.add(beam.snapshot()));
      for (int i = 0; i < beams.size(); i++) {
        beams.get(i).restore(before.get(beamIdx[i]));
      }
    } finally {
      before.forEach(Snapshot::close);
    }
  }

  private static RunException wrong(String message) {
    return new RunException(RunException.Reason.ARGUMENT, message);
  }
}
