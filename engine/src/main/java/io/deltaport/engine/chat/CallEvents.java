package io.deltaport.engine.chat;

import io.deltaport.engine.request.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** The events of one output, with its tool calls counted. */
final class CallEvents {
  private static final String LETTERS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  private static final int ID_LENGTH = 24;

  private final int choice;
  private List<Event> events = new ArrayList<>();
  private int begun;
  private int ended;

  CallEvents(int choice) {
    this.choice = choice;
  }

  void reasoning(String text) {
    if (!text.isEmpty()) {
      events.add(new Event.Reasoning(choice, text));
    }
  }

  void text(String text) {
    if (!text.isEmpty()) {
      events.add(new Event.Text(choice, text));
    }
  }

  /** The next call begins. */
  void start(String name) {
    events.add(new Event.ToolCallStarted(choice, begun++, id(), name));
  }

  /** More of the arguments of the call that began last. */
  void arguments(String json) {
    if (!json.isEmpty()) {
      events.add(new Event.ToolCallArguments(choice, begun - 1, json));
    }
  }

  /** The call that began last is whole. */
  void end() {
    events.add(new Event.ToolCallEnded(choice, begun - 1));
    ended++;
  }

  /** Calls that are whole. */
  int ended() {
    return ended;
  }

  /** Calls that began. */
  int begun() {
    return begun;
  }

  /** Those since the last time. */
  List<Event> take() {
    List<Event> taken = List.copyOf(events);
    events = new ArrayList<>();
    return taken;
  }

  private static String id() {
    Random random = ThreadLocalRandom.current();
    StringBuilder id = new StringBuilder("call_");
    for (int i = 0; i < ID_LENGTH; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }
}
