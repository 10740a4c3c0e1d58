package io.deltaport.server.openai;

import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Scheduling;
import io.deltaport.server.call.OutputFields;
import io.deltaport.server.call.SamplingFields;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.model.ModelService;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/** The fields that OpenAI's chat and text completions share, and those that vLLM adds. */
final class GenerationFields {
  private static final int MOST_OUTPUTS = 16;
  private static final int MOST_BIASES = 1024;
  private static final double MOST_BIAS = 100;
  private static final Pattern ID = Pattern.compile("\\d{1,9}");

  private GenerationFields() {}

  /** How outputs are made, of at most so many tokens. */
  static GenerationOptions read(
      Fields body, ModelService model, OptionalInt maxTokens, int logProbs) {
    GenerationOptions options =
        OutputFields.of(
                model,
                SamplingFields.read(body, model.defaults()).withLogitBias(bias(body)),
                maxTokens)
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

  /**
   * {@code logit_bias}: token ids, as JSON has them for names, and what is added to their logits.
   */
  private static Map<Integer, Float> bias(Fields body) {
    Map<Integer, Float> bias = new HashMap<>();
    Optional<Fields> fields = body.object("logit_bias");
    if (fields.isPresent()) {
      if (fields.get().node().size() > MOST_BIASES) {
        throw ApiException.wrong("logit_bias", "at most " + MOST_BIASES + " tokens");
      }
      fields
          .get()
          .node()
          .fieldNames()
          .forEachRemaining(name -> bias.put(id(fields.get(), name), bias(fields.get(), name)));
    }
    return bias;
  }

  private static int id(Fields fields, String name) {
    if (!ID.matcher(name).matches()) {
      throw ApiException.wrong(fields.path(name), "the name is to be a token id");
    }
    return Integer.parseInt(name);
  }

  private static float bias(Fields fields, String name) {
    return (float) fields.decimal(name, -MOST_BIAS, MOST_BIAS).orElse(0);
  }
}
