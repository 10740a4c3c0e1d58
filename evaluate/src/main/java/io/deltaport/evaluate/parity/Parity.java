package io.deltaport.evaluate.parity;

import io.deltaport.directory.Progress;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.Mtp;
import io.deltaport.runtime.options.Taps;
import java.nio.file.Path;

/** Compares a model with what official transformers computed. */
public final class Parity {
  /** Name of the reference in a case's directory. */
  public static final String REFERENCE = "reference.safetensors";

  private Parity() {}

  /**
   * Opens a checkpoint or model directory, runs everything that the reference has, and compares.
   *
   * @param model a checkpoint, which is converted with taps to a temporary directory first, or a
   *     converted model
   * @param reference as PARITY has it, see {@code fixtures/README.md}
   * @param options how to open the model; taps are switched on, and the multi-token-prediction head
   *     where the reference has drafts of it
   * @throws io.deltaport.runtime.options.RunException if the two do not fit together, or nothing
   *     can be compared
   */
  public static ParityReport run(Path model, Path reference, ModelOptions options) {
    return run(model, reference, options, Progress.NONE);
  }

  /** The same; {@code progress} is told of the stages that take long. */
  public static ParityReport run(
      Path model, Path reference, ModelOptions options, Progress progress) {
    Reference read = Reference.read(reference);
    ModelOptions tapped = options.with(Taps.ALL);
    ModelOptions whole = read.drafts().isPresent() ? tapped.with(Mtp.HEAD) : tapped;
    try (Model open = Model.open(model, whole, progress)) {
      return compare(open, read);
    }
  }

  /** Compares an open model; without {@link Taps#ALL} its outputs only. */
  public static ParityReport compare(Model model, Reference reference) {
    return new CaseRun(model, reference).run();
  }
}
