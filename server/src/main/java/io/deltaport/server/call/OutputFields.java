package io.deltaport.server.call;

import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.sampling.Sampling;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.model.ModelService;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** How outputs begin and end. */
public final class OutputFields {
  /** Most stop strings of a request. */
  public static final int MOST_STOPS = 16;

  private OutputFields() {}

  /** One output that ends as the model's makers want, or after so many tokens. */
  public static GenerationOptions of(ModelService model, Sampling sampling, OptionalInt maxTokens) {
    int usual = model.defaults().maxNewTokens().orElse(model.contextLength());
    return GenerationOptions.greedy(maxTokens.orElse(Math.max(usual, 1)))
        .with(sampling)
        .withStopTokens(stopTokens(model));
  }

  /** The stop strings of a field. */
  public static List<String> stops(Fields fields, String name) {
    List<String> stops = fields.strings(name, MOST_STOPS);
    if (stops.stream().anyMatch(String::isEmpty)) {
      throw ApiException.wrong(fields.path(name), "a stop string is empty");
    }
    return stops;
  }

  /**
   * The model's stop tokens, and the end of a turn: a fine-tune whose files name only the end of a
   * text would answer for ever otherwise.
   */
  private static Set<Integer> stopTokens(ModelService model) {
    Set<Integer> tokens = new HashSet<>(model.defaults().stopTokens());
    model
        .templates()
        .map(templates -> templates.specialTokens().get("eos_token"))
        .ifPresent(token -> model.tokenizer().id(token).ifPresent(tokens::add));
    return tokens;
  }
}
