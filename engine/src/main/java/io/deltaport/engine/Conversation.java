package io.deltaport.engine;

import io.deltaport.engine.chat.ChatMessages;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Listener;
import io.deltaport.engine.request.Request;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.options.RunException;
import io.deltaport.template.ChatRequest;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chat: its messages, which the model answers in turn. What was read of them is not read again
 * while the engine's cache keeps it. Belongs to one thread.
 */
public final class Conversation {
  private final Engine engine;
  private final @Nullable List<Map<String, Object>> tools;
  private final Map<String, Object> variables;
  private final List<Map<String, Object>> messages = new ArrayList<>();

  /**
   * A conversation without messages.
   *
   * @param tools JSON schemas of tools that the model may call, or null
   * @param variables further variables of the template, such as {@code enable_thinking}
   */
  public Conversation(
      Engine engine, @Nullable List<Map<String, Object>> tools, Map<String, Object> variables) {
    this.engine = engine;
    this.tools = tools;
    this.variables = Map.copyOf(variables);
  }

  /** The messages so far. */
  public List<Map<String, Object>> messages() {
    return List.copyOf(messages);
  }

  /**
   * Adds a message of the OpenAI shape, such as a tool's result; arguments of tool calls may be
   * JSON text.
   *
   * @throws RunException if they are none, or the message holds what is not text
   */
  public void add(Map<String, Object> message) {
    messages.add(ChatMessages.readable(message));
  }

  /** Adds a message of this role. */
  public void add(String role, String content) {
    add(Map.of("role", role, "content", content));
  }

  /**
   * Has the model answer; its answer becomes the next message, its reasoning the message's {@code
   * reasoning_content}, which the template keeps or drops.
   *
   * @param listener told of the answer as it comes
   * @throws io.deltaport.engine.request.EngineException if it is refused or fails
   * @throws RunException if it is cancelled; the messages stay as they were then
   */
  public Answer reply(GenerationOptions options, Listener listener, Cancellation cancellation) {
    Answer.Collector collector = new Answer.Collector();
    Request request = Request.chat(options, request());
    var handle =
        engine.submit(
            request,
            event -> {
              collector.on(event);
              listener.on(event);
            });
    cancellation.whenCancelled(handle::cancel);
    Answer answer = collector.answer(handle.await());
    cancellation.check();
    add(answer.choice().message());
    return answer;
  }

  private ChatRequest request() {
    return new ChatRequest(messages, tools, null, variables, Clock.system(ZoneId.systemDefault()));
  }
}
