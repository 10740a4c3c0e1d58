package io.deltaport.server.openai;

import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Prompt;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.ToolChoice;
import io.deltaport.server.call.Api;
import io.deltaport.server.call.Call;
import io.deltaport.server.call.ChatPrompt;
import io.deltaport.server.call.ModelNames;
import io.deltaport.server.call.Thinking;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.json.Json;
import io.deltaport.server.model.ModelService;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code POST /v1/chat/completions}. */
public final class ChatCompletions implements Api {
  private static final int MOST_BEST = 20;

  private final ModelNames names;

  public ChatCompletions(ModelNames names) {
    this.names = names;
  }

  @Override
  public Call call(Fields body, ModelService model) {
    String name = names.of(body, model);
    List<Map<String, Object>> tools = ToolFields.tools(body);
    boolean wantsScores = body.isTrue("logprobs");
    OptionalInt best = body.integer("top_logprobs", 0, MOST_BEST);
    if (best.isPresent() && !wantsScores) {
      throw ApiException.wrong("top_logprobs", "goes with \"logprobs\": true");
    }
    int logProbs = wantsScores ? Math.max(best.orElse(0), 1) : 0;
    GenerationOptions options = GenerationFields.read(body, model, maxTokens(body), logProbs);
    ToolChoice choice = ToolFields.choice(body, tools);
    Request request =
        Request.of(prompt(body, tools), options)
            .with(FormatFields.read(body))
            .with(choice)
            .withParallelToolCalls(body.flag("parallel_tool_calls").orElse(true))
            .with(GenerationFields.scheduling(body));
    boolean stream = body.isTrue("stream");
    ChatReply reply =
        new ChatReply(
            name,
            stream && GenerationFields.wantsUsage(body),
            wantsScores
                ? Optional.of(new TokenScores(model.tokenizer(), best.orElse(0)))
                : Optional.empty());
    return new Call(List.of(request), stream, reply);
  }

  /** The conversation of a body, which has a template's further variables too. */
  public static Prompt.Chat prompt(Fields body, List<Map<String, Object>> tools) {
    Map<String, Object> variables = new LinkedHashMap<>();
    body.string("reasoning_effort").ifPresent(level -> variables.putAll(Thinking.effort(level)));
    body.object("chat_template_kwargs")
        .ifPresent(kwargs -> variables.putAll(Json.plain(kwargs.node())));
    return ChatPrompt.of(
        ChatMessagesReader.read(body), tools, variables, body.isTrue("continue_final_message"));
  }

  /** The tools and the conversation of a body. */
  public static Prompt.Chat prompt(Fields body) {
    return prompt(body, ToolFields.tools(body));
  }

  private static OptionalInt maxTokens(Fields body) {
    OptionalInt usual = body.integer("max_tokens", 1, Integer.MAX_VALUE);
    OptionalInt most = body.integer("max_completion_tokens", 1, Integer.MAX_VALUE);
    return most.isPresent() ? most : usual;
  }
}
