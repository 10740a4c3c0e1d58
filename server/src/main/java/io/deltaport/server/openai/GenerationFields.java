package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Scheduling;
import io.deltaport.server.call.OutputFields;
import io.deltaport.server.call.SamplingFields;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.model.ModelService;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The fields that OpenAI's chat and text completions share, and those that vLLM adds. */
final class GenerationFields {
  private static final int MOST_OUTPUTS = 16;

  private GenerationFields() {}

  /** How outputs are made, of at most so many tokens. */
  static GenerationOptions read(
      Fields body, ModelService model, OptionalInt maxTokens, int logProbs) {
    refuseBias(body);
    GenerationOptions options =
        OutputFields.of(model, SamplingFields.read(body, model.defaults()), maxTokens)
            .withStopStrings(OutputFields.stops(body, "stop"))
            .withMinNewTokens(body.integer("min_tokens", 0, Integer.MAX_VALUE).orElse(0))
            .withOutputs(body.integer("n", 1, MOST_OUTPUTS).orElse(1))
            .withLogProbs(logProbs);
    return body.isTrue("ignore_eos") ? options.withStopTokens(Set.of()) : options;
  }

  static Scheduling scheduling(Fields body) {
    return Scheduling.USUAL
        .withPriority(body.integer("priority", Integer.MIN_VALUE, Integer.MAX_VALUE).orElse(0))
        .withCacheSalt(body.string("cache_salt").orElse(""));
  }

  /** Whether a stream ends with what the call took. */
  static boolean wantsUsage(Fields body) {
    return body.object("stream_options")
        .map(options -> options.isTrue("include_usage"))
        .orElse(false);
  }

  private static void refuseBias(Fields body) {
    Optional<JsonNode> bias = body.any("logit_bias");
    if (bias.isPresent() && !bias.get().isEmpty()) {
      throw ApiException.unsupported("logit_bias", "this server has no bias of single tokens");
    }
  }
}
