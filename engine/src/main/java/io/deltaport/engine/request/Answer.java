package io.deltaport.engine.request;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that a request came to: the fold of its events.
 *
 * @param choices its outputs
 * @param scores of the prompt's tokens, where those were asked for
 * @param labels logits of the labels, where the prompt was classified
 * @param usage what it took
 */
public record Answer(
    List<Choice> choices, List<Event.Scored> scores, List<Float> labels, Usage usage) {
  public Answer {
    choices = List.copyOf(choices);
    scores = List.copyOf(scores);
    labels = List.copyOf(labels);
  }

  /**
   * An output.
   *
   * @param text its text; in a chat, the answer that the reader is meant to see
   * @param reasoning what a chat's model thought before, empty where it did not
   * @param toolCalls tools that a chat's model calls
   * @param tokens its tokens, stop tokens included
   * @param reason why it ended
   * @param stopString the one that ended it, where one did
   */
  public record Choice(
      String text,
      String reasoning,
      List<ToolCall> toolCalls,
      List<Event.Token> tokens,
      StopReason reason,
      Optional<String> stopString) {
    public Choice {
      toolCalls = List.copyOf(toolCalls);
      tokens = List.copyOf(tokens);
    }

    /** As a message that a chat template renders; calls that are not whole are out. */
    public Map<String, Object> message() {
      Map<String, Object> message = new LinkedHashMap<>();
      message.put("role", "assistant");
      message.put("content", text);
      if (!reasoning.isEmpty()) {
        message.put("reasoning_content", reasoning);
      }
      List<Map<String, Object>> calls =
          toolCalls.stream().filter(ToolCall::isWhole).map(ToolCall::message).toList();
      if (!calls.isEmpty()) {
        message.put("tool_calls", calls);
      }
      return message;
    }

    /** The ids of its tokens. */
    public List<Integer> ids() {
      return tokens.stream().map(Event.Token::id).toList();
    }
  }

  /**
   * A call of a tool.
   *
   * @param arguments a JSON object, unless the output was cut within it
   * @param isWhole whether it came to its end
   */
  public record ToolCall(String id, String name, String arguments, boolean isWhole) {
    private Map<String, Object> message() {
      return Map.of(
          "id", id, "type", "function", "function", Map.of("name", name, "arguments", arguments));
    }
  }

  /** The only output, where one was asked for. */
  public Choice choice() {
    return choices.get(0);
  }

  /** Folds events as they come. Belongs to one thread at a time. */
  public static final class Collector implements Listener {
    private final Map<Integer, Part> parts = new TreeMap<>();
    private final List<Event.Scored> scores = new ArrayList<>();
    private List<Float> labels = List.of();

    @Override
    public void on(Event event) {
      if (event instanceof Event.Token token) {
        part(token.choice()).tokens.add(token);
      } else if (event instanceof Event.Text text) {
        part(text.choice()).text.append(text.text());
      } else if (event instanceof Event.Reasoning reasoning) {
        part(reasoning.choice()).reasoning.append(reasoning.text());
      } else if (event instanceof Event.ToolCallStarted call) {
        part(call.choice()).calls.add(new Call(call.id(), call.name()));
      } else if (event instanceof Event.ToolCallArguments piece) {
        part(piece.choice()).calls.get(piece.call()).arguments.append(piece.json());
      } else if (event instanceof Event.ToolCallEnded end) {
        part(end.choice()).calls.get(end.call()).isWhole = true;
      } else if (event instanceof Event.ChoiceFinished end) {
        part(end.choice()).reason = end.reason();
        part(end.choice()).stopString = end.stopString();
      } else if (event instanceof Event.Scored scored) {
        scores.add(scored);
      } else if (event instanceof Event.Classified classified) {
        labels = classified.logits();
      }
    }

    private Part part(int choice) {
      return parts.computeIfAbsent(choice, c -> new Part());
    }

    /** What has come of one output. */
    public Choice choice(int choice) {
      return part(choice).choice();
    }

    /** What has come, of a request that took this. */
    public Answer answer(Usage usage) {
      return new Answer(parts.values().stream().map(Part::choice).toList(), scores, labels, usage);
    }
  }

  private static final class Part {
    private final StringBuilder text = new StringBuilder();
    private final StringBuilder reasoning = new StringBuilder();
    private final List<Call> calls = new ArrayList<>();
    private final List<Event.Token> tokens = new ArrayList<>();
    private StopReason reason = StopReason.CANCELLED;
    private Optional<String> stopString = Optional.empty();

    private Choice choice() {
      return new Choice(
          text.toString(),
          reasoning.toString(),
          calls.stream().map(Call::toolCall).toList(),
          tokens,
          reason,
          stopString);
    }
  }

  private static final class Call {
    private final String id;
    private final String name;
    private final StringBuilder arguments = new StringBuilder();
    private boolean isWhole;

    private Call(String id, String name) {
      this.id = id;
      this.name = name;
    }

    private ToolCall toolCall() {
      return new ToolCall(id, name, arguments.toString(), isWhole);
    }
  }
}
