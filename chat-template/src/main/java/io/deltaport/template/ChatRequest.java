package io.deltaport.template;

import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import java.time.Clock;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a template renders: the arguments of transformers' {@code apply_chat_template}. Values are
 * what JSON has: null, Boolean, Integer, Long, BigInteger, Float, Double, String, List, and Map
 * with String keys; they are copied.
 *
 * @param messages the conversation, oldest first; at least one message
 * @param tools JSON schemas of the tools, or null where there are none
 * @param documents documents for retrieval, or null where there are none
 * @param variables everything else that the template sees by name, such as {@code enable_thinking};
 *     they overwrite special tokens of the same name
 * @param clock what {@code strftime_now} reads; the time zone is the clock's
 */
public record ChatRequest(
    List<Map<String, Object>> messages,
    @Nullable List<Map<String, Object>> tools,
    @Nullable List<Map<String, Object>> documents,
    Map<String, Object> variables,
    Clock clock) {

  private static final String GENERATION_PROMPT = "add_generation_prompt";
  private static final List<String> RESERVED = List.of("messages", "tools", "documents");

  /**
   * Checks and copies.
   *
   * @throws TemplateException of kind {@link TemplateException.Kind#REQUEST} where there is no
   *     message, a value is not a JSON value, or a variable is named as one of the other arguments
   */
  public ChatRequest {
    messages = PlainValues.objects(messages, "messages");
    tools = tools == null ? null : PlainValues.objects(tools, "tools");
    documents = documents == null ? null : PlainValues.objects(documents, "documents");
    variables = PlainValues.object(variables, "variables");
    Objects.requireNonNull(clock);
    if (messages.isEmpty()) {
      throw new TemplateException(Kind.REQUEST, "the request has no messages");
    }
    for (String name : RESERVED) {
      if (variables.containsKey(name)) {
        throw new TemplateException(Kind.REQUEST, "\"" + name + "\" is no variable");
      }
    }
  }

  /**
   * The values of a JSON object, numbers as Python's json reads them.
   *
   * @throws TemplateException of kind {@link TemplateException.Kind#REQUEST} where it is none
   */
  public static Map<?, ?> object(String json) {
    return RequestReader.object(json);
  }

  /**
   * A request of these messages: no tools, no documents, no generation prompt, the system's clock.
   */
  public static ChatRequest of(List<Map<String, Object>> messages) {
    return new ChatRequest(messages, null, null, Map.of(), Clock.system(ZoneId.systemDefault()));
  }

  /**
   * Reads a request of the OpenAI shape: {@code messages} (required), {@code tools}, {@code
   * documents}, {@code add_generation_prompt} (false where absent, as in transformers), {@code
   * chat_template_kwargs} (the variables). Other keys of such a request (model, temperature, ...)
   * do not concern a template and are left alone.
   *
   * @throws TemplateException of kind {@link TemplateException.Kind#REQUEST} where the text is not
   *     such a request
   */
  public static ChatRequest parse(String json) {
    return RequestReader.read(json);
  }

  /** This request with the JSON schemas of these tools. */
  public ChatRequest withTools(List<Map<String, Object>> newTools) {
    return new ChatRequest(messages, newTools, documents, variables, clock);
  }

  /** This request with these documents. */
  public ChatRequest withDocuments(List<Map<String, Object>> newDocuments) {
    return new ChatRequest(messages, tools, newDocuments, variables, clock);
  }

  /**
   * This request, rendered with the header that makes the model answer ({@code
   * add_generation_prompt}).
   */
  public ChatRequest withGenerationPrompt() {
    return withVariable(GENERATION_PROMPT, true);
  }

  /** This request with one more variable, such as {@code enable_thinking}. */
  public ChatRequest withVariable(String name, @Nullable Object value) {
    Map<String, Object> more = new LinkedHashMap<>(variables);
    more.put(name, value);
    return new ChatRequest(messages, tools, documents, more, clock);
  }

  /** This request at the time of this clock. */
  public ChatRequest withClock(Clock newClock) {
    return new ChatRequest(messages, tools, documents, variables, newClock);
  }
}
