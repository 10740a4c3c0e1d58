package io.deltaport.engine.chat;

import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** An output as a model writes it, cut into tokens in ways of the test's choice. */
final class ChatOutput {
  /** Of all outputs here; not the first, so that a number that is left out shows. */
  static final int CHOICE = 3;

  private static final List<String> TAGS =
      List.of("<think>", "</think>", "<tool_call>", "</tool_call>");
  private static final int OTHER = 99;

  private ChatOutput() {}

  /** No tag is a token; pieces of so many characters. */
  static List<Event> ofText(
      ChatFormat format, String prompt, List<Map<String, Object>> tools, int size, String output) {
    ChatParser parser = new ChatParser(format, tag -> OptionalInt.empty(), CHOICE, prompt, tools);
    List<Event> events = new ArrayList<>();
    for (int from = 0; from < output.length(); from += size) {
      String piece = output.substring(from, Math.min(output.length(), from + size));
      events.addAll(parser.add(OTHER, piece));
    }
    events.addAll(parser.finish());
    return events;
  }

  /** Each tag is a token, other text pieces of at most so many characters. */
  static List<Event> ofTokens(
      ChatFormat format, String prompt, List<Map<String, Object>> tools, int size, String output) {
    ChatParser parser = parserOfTokens(format, prompt, tools);
    List<Event> events = new ArrayList<>();
    int at = 0;
    while (at < output.length()) {
      int from = at;
      int id =
          TAGS.stream()
              .filter(tag -> output.startsWith(tag, from))
              .map(TAGS::indexOf)
              .findAny()
              .orElse(OTHER);
      int end = at + (id == OTHER ? 1 : TAGS.get(id).length());
      while (id == OTHER && end < output.length() && end - at < size && !beginsTag(output, end)) {
        end++;
      }
      events.addAll(parser.add(id, output.substring(at, end)));
      at = end;
    }
    events.addAll(parser.finish());
    return events;
  }

  static ChatParser parserOfTokens(
      ChatFormat format, String prompt, List<Map<String, Object>> tools) {
    return new ChatParser(format, ChatOutput::id, CHOICE, prompt, tools);
  }

  static OptionalInt id(String token) {
    int id = TAGS.indexOf(token);
    return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  static Answer.Choice message(List<Event> events) {
    Answer.Collector collector = new Answer.Collector();
    events.forEach(collector::on);
    return collector.choice(CHOICE);
  }

  /** The message as {@code reasoning|text|name(arguments)…}, calls that are cut with {@code ?}. */
  static String shown(List<Event> events) {
    Answer.Choice message = message(events);
    StringBuilder shown = new StringBuilder(message.reasoning() + "|" + message.text() + "|");
    for (Answer.ToolCall call : message.toolCalls()) {
      shown.append(call.name()).append('(').append(call.arguments()).append(')');
      shown.append(call.isWhole() ? "" : "?");
    }
    return shown.toString();
  }

  private static boolean beginsTag(String output, int at) {
    return TAGS.stream().anyMatch(tag -> output.startsWith(tag, at));
  }
}
