package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.request.Constraint;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Prompt;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.Scheduling;
import io.deltaport.engine.request.Task;
import io.deltaport.server.call.Api;
import io.deltaport.server.call.Call;
import io.deltaport.server.call.ModelNames;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.model.ModelService;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * {@code POST /v1/completions}. With {@code echo} the prompt is part of the answer, and its
 * log-probabilities where those are wanted; {@code max_tokens} may then be 0.
 */
public final class Completions implements Api {
  private static final int MOST_PROMPTS = 2048;
  private static final int MOST_BEST = 20;
  private static final int USUAL_TOKENS = 16;

  private final ModelNames names;

  public Completions(ModelNames names) {
    this.names = names;
  }

  @Override
  public Call call(Fields body, ModelService model) {
    String name = names.of(body, model);
    boolean echo = body.isTrue("echo");
    OptionalInt best = body.integer("logprobs", 0, MOST_BEST);
    int maxTokens = body.integer("max_tokens", 0, Integer.MAX_VALUE).orElse(USUAL_TOKENS);
    if (maxTokens == 0 && !echo) {
      throw ApiException.wrong("max_tokens", "0 goes with \"echo\": true");
    }
    if (body.string("suffix").filter(suffix -> !suffix.isEmpty()).isPresent()) {
      throw ApiException.unsupported("suffix", "this model does not fill in");
    }
    int logProbs = best.isPresent() ? Math.max(best.getAsInt(), 1) : 0;
    GenerationOptions options =
        GenerationFields.read(body, model, OptionalInt.of(Math.max(maxTokens, 1)), logProbs);
    List<Prompt> prompts = prompts(body);
    EchoedPrompts echoed = EchoedPrompts.NONE;
    if (echo) {
      prompts = prompts.stream().map(prompt -> (Prompt) encoded(prompt, model)).toList();
      echoed = new EchoedPrompts(prompts, maxTokens > 0, logProbs > 0 || maxTokens == 0);
    }
    boolean stream = body.isTrue("stream");
    if (stream && echoed.isScored()) {
      throw ApiException.unsupported("stream", "an echo with logprobs comes whole");
    }
    boolean wantsUsage = stream && GenerationFields.wantsUsage(body);
    CompletionReply reply =
        new CompletionReply(name, model.tokenizer(), best, options.outputs(), echoed, wantsUsage);
    return new Call(requests(body, prompts, options, echoed), stream, reply);
  }

  private static List<Request> requests(
      Fields body, List<Prompt> prompts, GenerationOptions options, EchoedPrompts echoed) {
    Constraint constraint = FormatFields.read(body);
    Scheduling scheduling = GenerationFields.scheduling(body);
    List<Request> requests = new ArrayList<>();
    for (Prompt prompt : prompts) {
      Request request = Request.of(prompt, options).with(constraint).with(scheduling);
      if (echoed.isScored()) {
        requests.add(request.with(new Task.Score(1, options.logProbs())));
      }
      if (!echoed.isAlone()) {
        requests.add(request);
      }
    }
    return requests;
  }

  /** A text, a list of texts, token ids, or a list of those. */
  private static List<Prompt> prompts(Fields body) {
    JsonNode value = body.any("prompt").orElseThrow(() -> body.missing("prompt"));
    if (value.isTextual()) {
      return List.of(new Prompt.Text(value.textValue()));
    }
    if (!value.isArray() || value.isEmpty() || (value.size() > MOST_PROMPTS && !isTokens(value))) {
      throw Fields.wrong("prompt", "a text, token ids, or at most 2048 of those", value);
    }
    if (isTokens(value)) {
      return List.of(new Prompt.Tokens(Fields.tokens(value, "prompt")));
    }
    List<Prompt> prompts = new ArrayList<>();
    for (JsonNode item : value) {
      String path = "prompt[" + prompts.size() + "]";
      prompts.add(
          item.isArray()
              ? new Prompt.Tokens(Fields.tokens(item, path))
              : new Prompt.Text(Fields.string(item, path)));
    }
    return prompts;
  }

  private static boolean isTokens(JsonNode list) {
    return list.get(0).isNumber();
  }

  private static Prompt.Tokens encoded(Prompt prompt, ModelService model) {
    if (prompt instanceof Prompt.Tokens tokens) {
      return tokens;
    }
    return new Prompt.Tokens(model.tokenizer().encode(((Prompt.Text) prompt).text()));
  }
}
