package io.deltaport.engine.chat;

import io.deltaport.engine.request.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A message of the model: what its events are together.
 *
 * @param reasoning what was thought before, empty where there was none
 * @param text what the reader is meant to see
 * @param calls tool calls, in their order
 */
public record ChatMessage(String reasoning, String text, List<Call> calls) {
  /**
   * A tool call.
   *
   * @param arguments a JSON object, where the call is whole
   * @param isWhole whether the output did not end inside of it
   */
  public record Call(String id, String name, String arguments, boolean isWhole) {}

  public ChatMessage {
    calls = List.copyOf(calls);
  }

  /** The message of the OpenAI shape that a template renders; calls that are not whole are out. */
  public Map<String, Object> message() {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("role", "assistant");
    message.put("content", text);
    if (!reasoning.isEmpty()) {
      message.put("reasoning_content", reasoning);
    }
    List<Map<String, Object>> whole = calls.stream().filter(Call::isWhole).map(this::call).toList();
    if (!whole.isEmpty()) {
      message.put("tool_calls", whole);
    }
    return message;
  }

  private Map<String, Object> call(Call call) {
    return Map.of(
        "id",
        call.id(),
        "type",
        "function",
        "function",
        Map.of("name", call.name(), "arguments", call.arguments()));
  }

  /** Collects the events of one output; those that say nothing of its message are let pass. */
  public static final class Collector {
    private final StringBuilder reasoning = new StringBuilder();
    private final StringBuilder text = new StringBuilder();
    private final List<Call> calls = new ArrayList<>();

    public void add(Event event) {
      if (event instanceof Event.Reasoning piece) {
        reasoning.append(piece.text());
      } else if (event instanceof Event.Text piece) {
        text.append(piece.text());
      } else if (event instanceof Event.ToolCallStarted started) {
        calls.add(new Call(started.id(), started.name(), "", false));
      } else if (event instanceof Event.ToolCallArguments piece) {
        Call call = calls.get(piece.call());
        String arguments = call.arguments() + piece.json();
        calls.set(piece.call(), new Call(call.id(), call.name(), arguments, false));
      } else if (event instanceof Event.ToolCallEnded ended) {
        Call call = calls.get(ended.call());
        calls.set(ended.call(), new Call(call.id(), call.name(), call.arguments(), true));
      }
    }

    /** The message so far. */
    public ChatMessage message() {
      return new ChatMessage(reasoning.toString(), text.toString(), calls);
    }
  }
}
