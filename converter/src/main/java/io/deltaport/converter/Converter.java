package io.deltaport.converter;

import io.deltaport.converter.calibrate.Calibration;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.directory.Progress;
import java.util.Optional;

/** Turns a checkpoint into a model directory. */
public final class Converter {
  private Converter() {}

  /**
   * What a conversion would do. Nothing is written.
   *
   * @throws io.deltaport.loader.CheckpointException if a file of the checkpoint is not what it must
   *     be
   * @throws ConverterException if the checkpoint cannot be converted so
   */
  public static PlanSummary plan(Conversion conversion) {
    return ConversionPlan.of(conversion).summary();
  }

  /**
   * Makes the model directory; it appears whole or not at all.
   *
   * @throws io.deltaport.loader.CheckpointException if a file of the checkpoint is not what it must
   *     be
   * @throws ConverterException if the checkpoint cannot be converted so, or the directory cannot be
   *     written
   */
  public static ConversionReport convert(Conversion conversion, Progress progress) {
    return convert(conversion, Optional.empty(), progress);
  }

  /**
   * The same; int4 matrices are rounded by what a calibration says of their inputs.
   *
   * @throws ConverterException also if the precision has no int4 matrix to calibrate
   */
  public static ConversionReport convert(
      Conversion conversion, Calibration calibration, Progress progress) {
    return convert(conversion, Optional.of(calibration), progress);
  }

  private static ConversionReport convert(
      Conversion conversion, Optional<Calibration> calibration, Progress progress) {
    ConversionPlan plan = ConversionPlan.of(conversion);
    calibration.ifPresent(given -> plan.requireInt4());
    try (OutputDirectory output = OutputDirectory.begin(conversion)) {
      ConversionReport report = new ConversionRun(plan, calibration, output, progress).write();
      output.commit();
      return report;
    }
  }
}
