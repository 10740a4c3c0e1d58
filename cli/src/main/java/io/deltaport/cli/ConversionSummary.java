package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.converter.ConversionReport;
import io.deltaport.converter.ModelSize;
import io.deltaport.converter.PlanSummary;
import io.deltaport.converter.weights.Row;
import io.deltaport.converter.weights.WeightPlan;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** Shows what a conversion will do or has done. */
final class ConversionSummary {
  private ConversionSummary() {}

  /** The plan: the weight table and the sizes. */
  static void print(PrintWriter out, PlanSummary plan) {
    for (WeightPlan.Line line : plan.rows()) {
      out.printf(
          "%6d tensors  %10s  %s: %s%n",
          line.tensors(), Bytes.text(line.bytes()), line.row().source(), done(line));
    }
    out.println();
    SizeSummary.print(out, ModelSize.of(plan));
    out.printf("written       %s of weights, and the graph%n", Bytes.text(plan.rewrittenBytes()));
    plan.keysIgnored().forEach(key -> out.println("ignored       config.json: " + key));
    plan.notes().forEach(note -> out.println("note          " + note));
  }

  /** What was made. */
  static void print(PrintWriter out, ConversionReport report) {
    SizeSummary.print(out, ModelSize.of(report.plan()));
    report.notes().forEach(note -> out.println("note          " + note));
    out.printf(
        "made          %s: %s written, weights by %s%n",
        report.directory(), Bytes.text(report.bytesWritten()), weights(report));
  }

  static ObjectNode json(PlanSummary plan, Optional<ConversionReport> report) {
    ObjectNode object = Json.object();
    SizeSummary.put(object, ModelSize.of(plan));
    object.put("rewritten_bytes", plan.rewrittenBytes());
    ArrayNode rows = object.putArray("rows");
    plan.rows().forEach(line -> put(rows.addObject(), line));
    plan.defaultsUsed().forEach(object.putArray("defaults_used")::add);
    plan.keysIgnored().forEach(object.putArray("keys_ignored")::add);
    plan.notes().forEach(object.putArray("plan_notes")::add);
    report.ifPresent(made -> put(object, made));
    return object;
  }

  private static void put(ObjectNode object, ConversionReport report) {
    object.put("directory", report.directory().toString());
    object.put("weights", weights(report));
    object.put("bytes_written", report.bytesWritten());
    report.notes().forEach(object.putArray("notes")::add);
  }

  private static void put(ObjectNode row, WeightPlan.Line line) {
    row.put("source", line.row().source());
    row.put("done", done(line));
    row.put("tensors", line.tensors());
    row.put("bytes", line.bytes());
  }

  private static String done(WeightPlan.Line line) {
    Row row = line.row();
    String same = row.target().equals(row.source()) ? "" : ", " + row.target();
    return row.transform().label() + same;
  }

  private static String weights(ConversionReport report) {
    return report.weights().name().toLowerCase(Locale.ROOT);
  }
}
