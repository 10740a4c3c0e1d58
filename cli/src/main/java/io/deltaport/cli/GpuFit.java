package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.converter.ModelSize;

/**
 * Whether a model fits into the memory of a GPU.
 *
 * @param weightBytes of its weights as stored
 * @param freeBytes of the GPU
 * @param tokens of context of one sequence that fit beside the weights, bf16 keys and values, 0 =
 *     the model does not fit
 */
record GpuFit(long weightBytes, long freeBytes, long tokens) {
  static GpuFit of(ModelSize size, long freeBytes) {
    long left = freeBytes - size.weightBytes() - size.stateBytesPerSequence();
    long tokenBytes = Math.max(1, size.kvBytesPerToken() / 2);
    return new GpuFit(size.weightBytes(), freeBytes, Math.max(0, left / tokenBytes));
  }

  String text() {
    String both = Bytes.text(weightBytes) + " of weights, " + Bytes.text(freeBytes) + " free: ";
    return both + (tokens > 0 ? "yes, with %,d tokens of context".formatted(tokens) : "no");
  }

  void put(ObjectNode object) {
    object.put("weight_bytes", weightBytes);
    object.put("free_bytes", freeBytes);
    object.put("context_tokens", tokens);
  }
}
