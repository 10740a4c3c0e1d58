package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.kernels.MachineLimits;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * What {@code bench} measured.
 *
 * @param seqs sequences at once
 * @param lengths shortest first
 * @param draft time of a step that verifies a draft of {@link #DRAFT} tokens over that of a step of
 *     one token, after {@link #BEFORE_DRAFT} tokens; of one sequence
 * @param cpus that it ran on
 */
record BenchReport(
    double loadSeconds,
    int seqs,
    List<BenchLength> lengths,
    Optional<Double> draft,
    BenchWork work,
    BenchCpus cpus) {
  static final int DRAFT = 4;
  static final int BEFORE_DRAFT = 128;

  BenchReport {
    lengths = List.copyOf(lengths);
  }

  ObjectNode json() {
    ObjectNode object = Json.object();
    object.put("load_s", loadSeconds);
    object.put("seqs", seqs);
    put(object, "prefill", BenchLength::prefill);
    put(object, "decode", BenchLength::decode);
    put(object, "prefill_share", this::prefillShare);
    put(object, "decode_share", this::decodeShare);
    draft.ifPresent(
        time -> {
          ObjectNode step = object.putObject("draft" + DRAFT + "_step");
          step.put("time_ratio", time);
          step.put("bytes_ratio", draftBytes());
        });
    object.put("peak_rss_bytes", peakBytes());
    object.put("bytes_per_token", Math.round(work.bytes(0)));
    object.put("cpus", cpus.cpus());
    cpus.cores().ifPresentOrElse(n -> object.put("cores", n), () -> object.putNull("cores"));
    ObjectNode machine = object.putObject("limits");
    machine.put("read_bytes_s", best(MachineLimits::readBytes));
    ObjectNode flops = machine.putObject("flop_s");
    flops.put("f32", best(MachineLimits::f32Flops));
    flops.put("bf16", best(MachineLimits::bf16Flops));
    flops.put("int8", best(MachineLimits::int8Ops));
    return object;
  }

  void print(PrintWriter out) {
    out.printf(
        "load          %.2f s, at most %s of memory%n", loadSeconds, Bytes.text(peakBytes()));
    print(out, "prefill %5d %9.1f tokens/s%s%n", BenchLength::prefill, this::prefillShare);
    print(out, "decode @%5d %8.1f tokens/s%s%n", BenchLength::decode, this::decodeShare);
    draft.ifPresent(
        time ->
            out.printf(
                "draft of %d    verified in %.2f x the time of a step of one token, for %.2f x its bytes%n",
                DRAFT, time, draftBytes()));
    out.printf("a token reads %s, and the KV cache%n", Bytes.text(Math.round(work.bytes(0))));
    out.printf("CPUs          %s%n", cpus.text());
    if (best(MachineLimits::readBytes) == 0) {
      return;
    }
    out.printf(
        "limits        read %.1f GB/s; f32 %.0f, bf16 %.0f GFLOP/s, int8 %.0f GOP/s%n",
        best(MachineLimits::readBytes) / 1e9,
        best(MachineLimits::f32Flops) / 1e9,
        best(MachineLimits::bf16Flops) / 1e9,
        best(MachineLimits::int8Ops) / 1e9);
  }

  /**
   * Bytes that a step which verifies a draft reads and writes, over those of a step of one token.
   */
  private double draftBytes() {
    return work.bytes(BEFORE_DRAFT, 1 + DRAFT) / work.bytes(BEFORE_DRAFT);
  }

  private long peakBytes() {
    return lengths.stream().mapToLong(BenchLength::peakBytes).max().orElse(0);
  }

  private double best(ToDoubleFunction<MachineLimits> limit) {
    return lengths.stream().map(BenchLength::limits).mapToDouble(limit).max().orElse(0);
  }

  /** Share of the read bandwidth; NaN for several sequences, whose experts are not known. */
  private Optional<Double> decodeShare(BenchLength length) {
    double read = length.limits().readBytes();
    double bytes = seqs == 1 && read > 0 ? work.bytes(length.tokens()) : Double.NaN;
    return length.decode().map(rate -> rate * bytes / read);
  }

  /** Share of the arithmetic peak; NaN where that was not measured. */
  private Optional<Double> prefillShare(BenchLength length) {
    double peak = work.arithmetic().peak(length.limits());
    double flops = peak > 0 ? work.prefillFlops() : Double.NaN;
    return length.prefill().map(rate -> rate * flops / peak);
  }

  private void put(ObjectNode object, String name, Function<BenchLength, Optional<Double>> figure) {
    ObjectNode list = object.putObject(name);
    for (BenchLength length : lengths) {
      figure
          .apply(length)
          .ifPresent(value -> Json.number(list, String.valueOf(length.tokens()), value));
    }
  }

  private void print(
      PrintWriter out,
      String format,
      Function<BenchLength, Optional<Double>> rate,
      Function<BenchLength, Optional<Double>> share) {
    for (BenchLength length : lengths) {
      rate.apply(length)
          .ifPresent(
              found ->
                  out.printf(
                      format, length.tokens(), found, percent(share.apply(length).orElseThrow())));
    }
  }

  private static String percent(double share) {
    return Double.isFinite(share) ? ", %.0f %% of the limit".formatted(100 * share) : "";
  }
}
