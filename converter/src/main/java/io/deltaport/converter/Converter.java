package io.deltaport.converter;

import io.deltaport.converter.Conversion.Option;
import io.deltaport.converter.model.StateLayers;
import io.deltaport.converter.model.Supported;
import io.deltaport.converter.model.WeightTable;
import io.deltaport.converter.weights.Block;
import io.deltaport.converter.weights.Fp8;
import io.deltaport.converter.weights.Row;
import io.deltaport.converter.weights.Weight;
import io.deltaport.converter.weights.WeightPlan;
import io.deltaport.loader.Checkpoint;
import io.deltaport.loader.Problem;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.QuantizationConfig;
import io.deltaport.loader.directory.StateLayer;
import java.util.List;
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
  public static ConversionPlan plan(Conversion conversion) {
    Checkpoint checkpoint = Checkpoint.open(conversion.source());
    return plan(conversion, checkpoint, weights(conversion, checkpoint));
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
    Checkpoint checkpoint = Checkpoint.open(conversion.source());
    WeightPlan weights = weights(conversion, checkpoint);
    ConversionPlan plan = plan(conversion, checkpoint, weights);
    try (OutputDirectory output = OutputDirectory.begin(conversion)) {
      ConversionRun run =
          new ConversionRun(conversion, checkpoint, weights, output.path(), progress);
      ConversionReport report = run.write(plan);
      output.commit();
      return report;
    }
  }

  private static WeightPlan weights(Conversion conversion, Checkpoint checkpoint) {
    List<Problem> problems = Supported.problems(checkpoint.config(), mtp(conversion));
    if (!problems.isEmpty()) {
      throw new ConverterException(problems);
    }
    List<Row> table =
        WeightTable.rows(checkpoint.config(), checkpoint.tensors().keySet(), mtp(conversion));
    return WeightPlan.of(table, checkpoint.tensors(), fp8(checkpoint.config()));
  }

  private static Fp8 fp8(ModelConfig config) {
    return config.quantization().orElse(null) instanceof QuantizationConfig.Fp8 fp8
        ? new Fp8(Optional.of(new Block(fp8.blockRows(), fp8.blockColumns())))
        : Fp8.WHOLE;
  }

  /** What becomes of the MTP head. */
  static WeightTable.Mtp mtp(Conversion conversion) {
    return conversion.has(Option.MTP) ? WeightTable.Mtp.USED : WeightTable.Mtp.DROPPED;
  }

  private static ConversionPlan plan(
      Conversion conversion, Checkpoint checkpoint, WeightPlan weights) {
    ModelConfig config = checkpoint.config();
    List<StateLayer> state = StateLayers.of(config, mtp(conversion));
    return new ConversionPlan(
        weights.lines(),
        ParameterCount.of(config, weights.weights().values()),
        weights.weights().values().stream().mapToLong(Weight::bytes).sum(),
        0,
        state.stream().mapToLong(StateLayer::rowBytes).sum(),
        state.stream().mapToLong(StateLayer::tokenBytes).sum(),
        config.defaultsUsed(),
        config.keysIgnored());
  }
}
