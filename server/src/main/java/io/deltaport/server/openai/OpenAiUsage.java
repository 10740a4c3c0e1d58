package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Usage;
import io.deltaport.server.json.Json;

/** What a call took, as OpenAI's APIs tell it. */
final class OpenAiUsage {
  private OpenAiUsage() {}

  static ObjectNode of(Usage usage) {
    ObjectNode node =
        Json.object()
            .put("prompt_tokens", usage.promptTokens())
            .put("completion_tokens", usage.outputTokens())
            .put("total_tokens", usage.promptTokens() + usage.outputTokens());
    node.putObject("prompt_tokens_details").put("cached_tokens", usage.cachedTokens());
    node.putObject("completion_tokens_details")
        .put("reasoning_tokens", usage.reasoningTokens())
        .put("accepted_prediction_tokens", usage.acceptedTokens())
        .put("rejected_prediction_tokens", usage.draftedTokens() - usage.acceptedTokens());
    return node;
  }

  /** The names of the responses API. */
  static ObjectNode ofResponse(Usage usage) {
    ObjectNode node =
        Json.object()
            .put("input_tokens", usage.promptTokens())
            .put("output_tokens", usage.outputTokens())
            .put("total_tokens", usage.promptTokens() + usage.outputTokens());
    node.putObject("input_tokens_details").put("cached_tokens", usage.cachedTokens());
    node.putObject("output_tokens_details").put("reasoning_tokens", usage.reasoningTokens());
    return node;
  }
}
