package io.deltaport.server.call;

import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.StopReason;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens that text is made of: a token waits until an event says what its text belongs to.
 * Those of reasoning and of calls, stop tokens and what a stop string cuts off are left out.
 */
public final class VisibleTokens {
  private final List<Event.Token> waiting = new ArrayList<>();

  public void add(Event.Token token) {
    waiting.add(token);
  }

  /** Text came: the tokens that it is made of. */
  public List<Event.Token> shown() {
    List<Event.Token> shown = List.copyOf(waiting);
    waiting.clear();
    return shown;
  }

  /** What came is not text. */
  public void hidden() {
    waiting.clear();
  }

  /** The output is over: tokens of text that was cut within a character. */
  public List<Event.Token> finished(StopReason reason) {
    return reason == StopReason.LENGTH ? shown() : List.of();
  }
}
