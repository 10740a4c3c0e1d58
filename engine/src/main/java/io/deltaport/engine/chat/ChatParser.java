package io.deltaport.engine.chat;

import io.deltaport.engine.request.Event;
import java.util.List;

public final class ChatParser {
  private final int choice;

  public ChatParser(int choice) {
    this.choice = choice;
  }

  public List<Event> add(int id, String piece) {
    return piece.isEmpty() ? List.of() : List.of(new Event.Text(choice, piece));
  }

  public List<Event> finish(String rest) {
    return add(0, rest);
  }

  public boolean isReasoning() {
    return false;
  }

  public boolean hasCall() {
    return false;
  }
}
