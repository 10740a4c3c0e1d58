package io.deltaport.cli;

import io.deltaport.evaluate.parity.Parity;
import io.deltaport.evaluate.parity.ParityReport;
import io.deltaport.evaluate.parity.ParityRow;
import io.deltaport.loader.checkpoint.Checkpoint;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.Mtp;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deltaport parity}. */
@Command(
    name = "parity",
    sortOptions = false,
    description = {
      "Compares a model with what official transformers computed.",
      "",
      "Prints a row for each tensor of the reference: largest absolute difference, that over the largest value of the"
          + " reference (at least 1), cosine, verdict. Computes in exact mode where --compute does not say otherwise."
    },
    footer = {
      "",
      "Exit code 0: every row is within the bound of 1e-4. 1: some row is not.",
      "",
      "Examples:",
      "  deltaport parity fixtures/kjv-tiny",
      "  deltaport parity qwen-converted qwen/reference.safetensors --json"
    })
final class ParityCommand extends JsonCommand {
  @Mixin private RunOptions run;

  @Parameters(
      index = "0",
      paramLabel = "CASE_OR_MODEL",
      description =
          "A checkpoint, converted with taps to a temporary directory first, or a converted model.")
  private String model;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "REFERENCE",
      description = "The reference (default: reference.safetensors of the directory).")
  private Optional<Path> reference = Optional.empty();

  @Option(
      names = "--mtp",
      description =
          "Convert the multi-token-prediction head too; a reference that has mtp tensors implies it.")
  private boolean mtp;

  @Override
  public Integer call() {
    Path directory = Checkpoint.resolve(model);
    Path file = reference.orElse(directory.resolve(Parity.REFERENCE));
    ParityReport report = report(directory, file);
    if (wantsJson()) {
      Json.print(out(), report.toJson());
    } else {
      print(out(), report);
    }
    return report.passed() ? ExitCode.DONE : ExitCode.DIFFERENT;
  }

  private ParityReport report(Path directory, Path file) {
    try (StageProgress progress = new StageProgress()) {
      return Parity.run(directory, file, options(), progress);
    }
  }

  private ModelOptions options() {
    return run.over(ModelOptions.EXACT).with(mtp ? Mtp.HEAD : Mtp.NONE);
  }

  private static void print(PrintWriter out, ParityReport report) {
    int width = report.rows().stream().mapToInt(row -> row.name().length()).max().orElse(0);
    out.printf(
        "%-" + width + "s  %9s  %9s  %12s  %8s  %8s  verdict%n",
        "tensor",
        "max abs",
        "max rel",
        "cosine",
        "share",
        "official");
    for (ParityRow row : report.rows()) {
      out.printf(
          "%-" + width + "s  %9.2e  %9.2e  %12.10f  %8s  %8s  %s%n",
          row.name(),
          row.maxAbs(),
          row.maxRel(),
          row.cosine(),
          percent(row.share()),
          row.officialShare().map(ParityCommand::percent).orElse("-"),
          row.verdict().label());
    }
    report
        .loss()
        .ifPresent(
            loss -> out.printf("loss: ours %.7f, reference %.7f%n", loss.ours(), loss.reference()));
    report
        .auxLoss()
        .ifPresent(
            loss ->
                out.printf("aux_loss: ours %.7f, reference %.7f%n", loss.ours(), loss.reference()));
    if (!report.notCompared().isEmpty()) {
      out.println("not compared: " + String.join(", ", report.notCompared()));
    }
    if (!report.unknown().isEmpty()) {
      out.println("unknown in the reference: " + String.join(", ", report.unknown()));
    }
    report.firstDivergence().ifPresent(name -> out.println("first divergence: " + name));
    out.println(summary(report));
  }

  private static String summary(ParityReport report) {
    String left =
        report.ambiguous() == 0 ? "" : ", %d ambiguous tokens".formatted(report.ambiguous());
    String official =
        report
            .worst()
            .officialShare()
            .map(share -> ", official float32 " + percent(share))
            .orElse("");
    return "%s: %d of %d rows within the bound%s; the worst, %s, uses %s of it%s"
        .formatted(
            report.passed() ? "passed" : "FAILED",
            report.rows().size() - report.failed(),
            report.rows().size(),
            left,
            report.worst().name(),
            percent(report.worst().share()),
            official);
  }

  private static String percent(double share) {
    return "%.2f %%".formatted(100 * share);
  }
}
