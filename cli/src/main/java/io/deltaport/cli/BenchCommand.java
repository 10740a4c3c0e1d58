package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.converter.ModelSize;
import io.deltaport.converter.TokenBytes;
import io.deltaport.directory.ModelDirectory;
import io.deltaport.engine.TextModel;
import io.deltaport.kernels.KernelException;
import io.deltaport.kernels.MachineLimits;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.Device;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.RunException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code deltaport bench}. */
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Measures how fast a model loads, reads prompts and generates, and which share that is of what this machine can do"
          + " at most, measured in the same run.",
      "",
      "Reads random tokens. Computes in fast mode where --compute does not say otherwise."
    },
    footer = {
      "",
      "The share of a decode rate is of the read bandwidth (the weights that a token reads, each in its own format, state"
          + " read and written, KV cache), the share of a prefill rate of the arithmetic peak; given for one sequence. So is a step that verifies a draft of 4 tokens"
          + " after 128: its time and its bytes over those of a step of one token, where tokens"
          + " choose their experts evenly.",
      "",
      "Examples:",
      "  deltaport bench qwen --memory resident",
      "  deltaport bench fixtures/kjv-tiny --prefill 128,512 --decode 128 --seqs 4 --json"
    })
final class BenchCommand extends JsonCommand {
  @Mixin private RunOptions run;

  @Parameters(index = "0", paramLabel = "MODEL", description = "The model to measure.")
  private String model;

  @Option(
      names = "--prefill",
      split = ",",
      paramLabel = "N",
      defaultValue = "128,512,2048,8192",
      description = "Lengths of prompts to read (default: ${DEFAULT-VALUE}).")
  private List<Integer> prefill = List.of();

  @Option(
      names = "--decode",
      split = ",",
      paramLabel = "N",
      defaultValue = "128,2048,8192",
      description = "Lengths after which to generate (default: ${DEFAULT-VALUE}).")
  private List<Integer> decode = List.of();

  @Option(
      names = "--seqs",
      paramLabel = "N",
      defaultValue = "1",
      description = "Sequences at once; rates are their sum (default: ${DEFAULT-VALUE}).")
  private int seqs;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "32",
      description = "Steps of a generation that is timed (default: ${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--serve",
      description =
          "Measure the engine instead: streams beside bare steps, a second turn, a long prompt beside streams.")
  private boolean serve;

  @Option(
      names = "--long-prompt",
      paramLabel = "N",
      defaultValue = "4000",
      description = "With --serve: tokens of the long prompt (default: ${DEFAULT-VALUE}).")
  private int longPrompt;

  @Override
  public Integer call() {
    return serve ? measureServing() : measureSteps();
  }

  private Integer measureServing() {
    if (longPrompt < 1 || steps < 2) {
      throw new CommandException("--long-prompt takes a number above 0, --steps one above 1");
    }
    try (TextModel open = run.openText(model, ModelOptions.DEFAULT);
        ProgressLine progress = ProgressLine.of("bench", "stages", 1, BenchServe.stages())) {
      ObjectNode measured =
          new BenchServe(open.model(), open.tokenizer(), steps, longPrompt, cancellation())
              .measure(progress);
      if (wantsJson()) {
        Json.print(out(), measured);
      } else {
        BenchServe.print(measured, out());
      }
      return ExitCode.DONE;
    }
  }

  private Integer measureSteps() {
    SortedSet<Integer> lengths = new TreeSet<>(prefill);
    lengths.addAll(decode);
    if (lengths.isEmpty() || lengths.first() < 1 || seqs < 1 || steps < 1) {
      throw new CommandException("--prefill, --decode, --seqs and --steps take numbers above 0");
    }
    long start = System.nanoTime();
    try (Model open = run.open(model, ModelOptions.DEFAULT)) {
      double loadSeconds = (System.nanoTime() - start) / 1e9;
      List<BenchLength> measured = measure(open, lengths);
      Optional<Double> draft = seqs == 1 ? Optional.of(verify(open)) : Optional.empty();
      report(new BenchReport(loadSeconds, seqs, measured, draft, work(open), BenchCpus.here()));
      return ExitCode.DONE;
    }
  }

  private List<BenchLength> measure(Model open, SortedSet<Integer> lengths) {
    List<BenchLength> measured = new ArrayList<>();
    try (ProgressLine progress = ProgressLine.of("bench", "lengths", 1, lengths.size())) {
      BenchRun.warmUp(open, cancellation());
      for (int length : lengths) {
        measured.add(measure(open, length));
        progress.add(1);
      }
    }
    return measured;
  }

  private BenchLength measure(Model open, int length) {
    try (BenchRun bench = new BenchRun(open, seqs, cancellation())) {
      double read = bench.prefill(length);
      Optional<Double> prefillRate =
          prefill.contains(length) ? Optional.of(read) : Optional.empty();
      Optional<Double> decodeRate =
          decode.contains(length) ? Optional.of(bench.decode(steps)) : Optional.empty();
      long peak = ProcessMemory.peakBytes();
      MachineLimits limits = limits(open);
      ProcessMemory.resetPeak(); // the loops' own memory does not count
      return new BenchLength(length, prefillRate, decodeRate, peak, limits);
    }
  }

  private double verify(Model open) {
    try (BenchRun bench = new BenchRun(open, 1, cancellation())) {
      bench.prefill(BenchReport.BEFORE_DRAFT);
      return bench.verify(BenchReport.DRAFT, steps);
    }
  }

  private static BenchWork work(Model open) {
    ModelDirectory directory = ModelDirectory.open(open.directory());
    return BenchWork.of(
        ModelSize.of(directory), TokenBytes.of(directory), directory.manifest(), open.options());
  }

  /** Of this machine's processor; a GPU's are not measured, and its rates have no share. */
  private static MachineLimits limits(Model open) {
    if (open.options().device() == Device.CUDA) {
      return new MachineLimits(0, 0, 0, 0);
    }
    try {
      return MachineLimits.measure(open.options().threadCount());
    } catch (KernelException e) {
      throw new RunException(RunException.Reason.BACKEND, String.valueOf(e.getMessage()), e);
    }
  }

  private void report(BenchReport report) {
    if (wantsJson()) {
      Json.print(out(), report.json());
    } else {
      report.print(out());
    }
  }
}
