package io.deltaport.cli;

import io.deltaport.converter.Conversion;
import io.deltaport.converter.Conversion.Option;
import io.deltaport.converter.Conversion.Precision;
import io.deltaport.converter.Conversion.WeightsMode;
import io.deltaport.converter.ConversionReport;
import io.deltaport.converter.Converter;
import io.deltaport.converter.PlanSummary;
import io.deltaport.converter.PrecisionOverride;
import io.deltaport.evaluate.calibrate.TextCalibration;
import io.deltaport.loader.checkpoint.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code deltaport convert}. */
@Command(
    name = "convert",
    sortOptions = false,
    description = {
      "Makes a model directory of a checkpoint: ONNX graphs that point into the checkpoint's own"
          + " weight files.",
      "",
      "No weight is copied where hard links are possible or --precision does not change it. The"
          + " directory appears whole or not at all."
    },
    footer = {
      "",
      "Examples:",
      "  deltaport convert Qwen/Qwen3-Next-80B-A3B-Instruct qwen",
      "  deltaport convert fixtures/kjv-tiny /tmp/kjv --weights copy --taps",
      "  deltaport convert Qwen/Qwen3-Next-80B-A3B-Instruct qwen-mixed --precision mixed"
          + " --override '*.o_proj.weight=bf16'",
      "  deltaport convert fixtures/kjv-tiny /tmp/kjv-int4 --precision int4 --calibrate text.txt",
      "  deltaport convert ./checkpoint ./model --dry-run --json"
    })
final class ConvertCommand extends JsonCommand {
  @Parameters(
      index = "0",
      paramLabel = "SRC",
      description = "The checkpoint: a directory, a safetensors file or a model id.")
  private String source;

  @Parameters(index = "1", paramLabel = "DST", description = "The model directory to make.")
  private Path destination;

  @picocli.CommandLine.Option(
      names = "--weights",
      paramLabel = "auto|copy|reference",
      description =
          "auto: hard links to the weight files, else reference. copy: the directory is"
              + " self-contained. reference: they stay where they are, and the directory names the"
              + " place (default: auto).")
  private WeightsMode weights = WeightsMode.AUTO;

  @picocli.CommandLine.Option(
      names = "--precision",
      paramLabel = "FORMAT",
      description = "Rewrite the weights: ${COMPLETION-CANDIDATES} (default: keep).")
  private Precision precision = Precision.KEEP;

  @picocli.CommandLine.Option(
      names = "--override",
      paramLabel = "PATTERN=PRECISION",
      description =
          "Store the weights that a pattern matches so: keep, f32, bf16, f16, int8[:BLOCK] or"
              + " int4[:BLOCK] with a block of 32, 64 or 128. May be repeated; the last that"
              + " matches counts.")
  private List<String> overrides = List.of();

  @Spec private CommandSpec spec;

  /** What {@code --override} was called. */
  @picocli.CommandLine.Option(names = "--keep", hidden = true)
  private List<String> keep = List.of();

  @picocli.CommandLine.Option(
      names = "--calibrate",
      paramLabel = "TEXT",
      description =
          "Round int4 weights by what the model makes of a text, a file of UTF-8 or - for standard"
              + " input: smaller error at the same size. Reads its first 32,768 tokens, layer by"
              + " layer.")
  private Optional<String> calibrate = Optional.empty();

  @picocli.CommandLine.Option(
      names = "--taps",
      description = "The graph also returns the hidden states and router logits of every layer.")
  private boolean taps;

  @picocli.CommandLine.Option(
      names = "--mtp",
      description = "Convert the multi-token-prediction head too.")
  private boolean mtp;

  @picocli.CommandLine.Option(
      names = "--hash",
      description = "Read every weight file whole and keep its SHA-256 for verify --full.")
  private boolean hash;

  @picocli.CommandLine.Option(
      names = "--force",
      description = "Replace a model directory that is there already.")
  private boolean force;

  @picocli.CommandLine.Option(
      names = "--dry-run",
      description =
          "Write nothing; say what would be done, the sizes, and the memory needed to run.")
  private boolean dryRun;

  @Override
  public Integer call() {
    Conversion conversion = conversion();
    if (dryRun) {
      show(Converter.plan(conversion));
    } else {
      show(convert(conversion));
    }
    return ExitCode.DONE;
  }

  private ConversionReport convert(Conversion conversion) {
    try (StageProgress progress = new StageProgress()) {
      if (calibrate.isEmpty()) {
        return Converter.convert(conversion, progress);
      }
      try (TextCalibration calibration =
          TextCalibration.of(conversion.source(), TextSource.read(calibrate.get()))) {
        return Converter.convert(conversion, calibration, progress);
      }
    }
  }

  private Conversion conversion() {
    if (!keep.isEmpty()) {
      throw new ParameterException(
          spec.commandLine(), "--keep is now --override: --override " + keep.get(0));
    }
    Conversion.Builder conversion =
        Conversion.of(Checkpoint.resolve(source), destination)
            .weights(weights)
            .precision(precision);
    overrides.forEach(rule -> conversion.override(PrecisionOverride.parse(rule)));
    with(conversion, taps, Option.TAPS);
    with(conversion, mtp, Option.MTP);
    with(conversion, hash, Option.HASH);
    with(conversion, force, Option.FORCE);
    return conversion.build();
  }

  private static void with(Conversion.Builder conversion, boolean wanted, Option option) {
    if (wanted) {
      conversion.with(option);
    }
  }

  private void show(PlanSummary plan) {
    if (wantsJson()) {
      Json.print(out(), ConversionSummary.json(plan, Optional.empty()));
    } else {
      ConversionSummary.print(out(), plan);
    }
  }

  private void show(ConversionReport report) {
    if (wantsJson()) {
      Json.print(out(), ConversionSummary.json(report.plan(), Optional.of(report)));
    } else {
      ConversionSummary.print(out(), report);
    }
  }
}
