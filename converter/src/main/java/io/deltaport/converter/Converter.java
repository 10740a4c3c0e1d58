package io.deltaport.converter;

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
  public static ConversionPlan plan(Conversion conversion) {
    return Prepared.of(conversion).plan();
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
    Prepared prepared = Prepared.of(conversion);
    try (OutputDirectory output = OutputDirectory.begin(conversion)) {
      ConversionReport report = new ConversionRun(prepared, output, progress).write();
      output.commit();
      return report;
    }
  }
}
