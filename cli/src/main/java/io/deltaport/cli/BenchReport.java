package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.kernels.MachineLimits;
import java.io.PrintWriter;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * What {@code bench} measured.
 *
 * @param seqs sequences at once
 * @param prefill tokens a second by prompt length
 * @param decode tokens a second by the length before
 * @param peakBytes most memory that the process held
 * @param limits what the machine could do right after each length: another machine's guests change
 *     that within seconds
 */
record BenchReport(
    double loadSeconds,
    int seqs,
    Map<Integer, Double> prefill,
    Map<Integer, Double> decode,
    long peakBytes,
    BenchWork work,
    Map<Integer, MachineLimits> limits) {
  BenchReport {
    prefill = Collections.unmodifiableMap(new TreeMap<>(prefill));
    decode = Collections.unmodifiableMap(new TreeMap<>(decode));
    limits = Collections.unmodifiableMap(new TreeMap<>(limits));
  }

  ObjectNode json() {
    ObjectNode object = Json.object();
    object.put("load_s", loadSeconds);
    object.put("seqs", seqs);
    put(object, "prefill", prefill);
    put(object, "decode", decode);
    Map<Integer, Double> prefillShares = new TreeMap<>();
    prefill.forEach((length, rate) -> prefillShares.put(length, prefillShare(length, rate)));
    put(object, "prefill_share", prefillShares);
    Map<Integer, Double> decodeShares = new TreeMap<>();
    decode.forEach((length, rate) -> decodeShares.put(length, decodeShare(length, rate)));
    put(object, "decode_share", decodeShares);
    object.put("peak_rss_bytes", peakBytes);
    object.put("bytes_per_token", Math.round(work.bytes(0)));
    ObjectNode machine = object.putObject("limits");
    machine.put("read_bytes_s", best(MachineLimits::readBytes));
    ObjectNode flops = machine.putObject("flop_s");
    flops.put("f32", best(MachineLimits::f32Flops));
    flops.put("bf16", best(MachineLimits::bf16Flops));
    flops.put("int8", best(MachineLimits::int8Ops));
    return object;
  }

  void print(PrintWriter out) {
    out.printf("load          %.2f s, at most %s of memory%n", loadSeconds, Bytes.text(peakBytes));
    prefill.forEach(
        (length, rate) ->
            out.printf(
                "prefill %5d %9.1f tokens/s%s%n",
                length, rate, percent(prefillShare(length, rate))));
    decode.forEach(
        (length, rate) ->
            out.printf(
                "decode @%5d %8.1f tokens/s%s%n",
                length, rate, percent(decodeShare(length, rate))));
    out.printf("a token reads %s, and the KV cache%n", Bytes.text(Math.round(work.bytes(0))));
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

  private MachineLimits at(int length) {
    return Objects.requireNonNull(limits.get(length));
  }

  private double best(ToDoubleFunction<MachineLimits> limit) {
    return limits.values().stream().mapToDouble(limit).max().orElse(0);
  }

  /** Share of the read bandwidth; NaN for several sequences, whose experts are not known. */
  private double decodeShare(int length, double rate) {
    double read = at(length).readBytes();
    return seqs == 1 && read > 0 ? rate * work.bytes(length) / read : Double.NaN;
  }

  /** Share of the arithmetic peak; NaN where that was not measured. */
  private double prefillShare(int length, double rate) {
    double peak = work.arithmetic().peak(at(length));
    return peak > 0 ? rate * work.prefillFlops() / peak : Double.NaN;
  }

  private static void put(ObjectNode object, String name, Map<Integer, Double> values) {
    ObjectNode list = object.putObject(name);
    values.forEach((length, value) -> Json.number(list, length.toString(), value));
  }

  private static String percent(double share) {
    return Double.isFinite(share) ? ", %.0f %% of the limit".formatted(100 * share) : "";
  }
}
