package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.converter.ModelSize;
import io.deltaport.converter.ParameterCount;
import java.io.PrintWriter;

/** Shows parameters and memory, each figure with what it counts. */
final class SizeSummary {
  private static final long CONTEXT = 32_768;

  private SizeSummary() {}

  static void print(PrintWriter out, ModelSize size) {
    ParameterCount count = size.parameters();
    out.printf("parameters    %,15d  of the graphs, a tied embedding once%n", count.total());
    out.printf("              %,15d  of them in the embedding table%n", count.embedding());
    out.printf("              %,15d  of them in routed experts%n", count.experts());
    out.printf(
        "              %,15d  active: all but embedding table and experts not chosen%n",
        count.active());
    out.printf("memory        %15s  weights as stored%n", Bytes.text(size.weightBytes()));
    out.printf(
        "              %15s  linear-layer state of a sequence, float32%n",
        Bytes.text(size.stateBytesPerSequence()));
    out.printf(
        "              %15s  KV cache of a token, float32%n", Bytes.text(size.kvBytesPerToken()));
    out.printf(
        "              %15s  weights and a sequence of %,d tokens%n",
        Bytes.text(size.memoryToRun(CONTEXT)), CONTEXT);
  }

  static void put(ObjectNode object, ModelSize size) {
    ObjectNode parameters = object.putObject("parameters");
    parameters.put("total", size.parameters().total());
    parameters.put("embedding", size.parameters().embedding());
    parameters.put("experts", size.parameters().experts());
    parameters.put("active", size.parameters().active());
    ObjectNode memory = object.putObject("memory");
    memory.put("weight_bytes", size.weightBytes());
    memory.put("state_bytes_per_sequence", size.stateBytesPerSequence());
    memory.put("kv_bytes_per_token", size.kvBytesPerToken());
    memory.put("context_tokens", CONTEXT);
    memory.put("bytes_with_context", size.memoryToRun(CONTEXT));
  }
}
