package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.converter.ModelSize;

/**
 * Whether a model fits into the memory of a GPU.
 *
 * @param weightBytes of its weights as stored
 * @param expertBytes of its experts, which may stay in host memory
 * @param freeBytes of the GPU
 * @param tokens of context of one sequence that fit beside the weights, bf16 keys and values, 0 =
 *     the model does not fit
 * @param hostTokens the same with the experts in host memory, but for those of one token
 */
record GpuFit(long weightBytes, long expertBytes, long freeBytes, long tokens, long hostTokens) {
  static GpuFit of(ModelSize size, long freeBytes) {
    return new GpuFit(
        size.weightBytes(),
        size.expertBytes(),
        freeBytes,
        tokens(size, freeBytes - size.weightBytes()),
        tokens(size, freeBytes - size.weightBytes() + idleExpertBytes(size)));
  }

  private static long tokens(ModelSize size, long bytes) {
    long tokenBytes = Math.max(1, size.kvBytesPerToken() / 2);
    return Math.max(0, (bytes - size.stateBytesPerSequence()) / tokenBytes);
  }

  /** Bytes of the experts that one token does not choose. */
  private static long idleExpertBytes(ModelSize size) {
    long experts = Math.max(1, size.parameters().experts());
    double idle = 1 - (double) size.parameters().activeExperts() / experts;
    return (long) (idle * size.expertBytes());
  }

  String text() {
    String both = Bytes.text(weightBytes) + " of weights, " + Bytes.text(freeBytes) + " free: ";
    if (tokens > 0) {
      return both + "yes, " + context(tokens);
    }
    return hostTokens > 0
        ? both
            + "with --experts host, which leaves %s in host memory, %s"
                .formatted(Bytes.text(expertBytes), context(hostTokens))
        : both + "no";
  }

  private static String context(long tokens) {
    return "with %,d tokens of context".formatted(tokens);
  }

  void put(ObjectNode object) {
    object.put("weight_bytes", weightBytes);
    object.put("expert_bytes", expertBytes);
    object.put("free_bytes", freeBytes);
    object.put("context_tokens", tokens);
    object.put("context_tokens_experts_host", hostTokens);
  }
}
