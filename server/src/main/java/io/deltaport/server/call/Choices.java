package io.deltaport.server.call;

import io.deltaport.engine.request.Event;

/** Counts the outputs of several requests through. */
final class Choices {
  private Choices() {}

  /** The event of an output whose number is higher by this. */
  static Event shifted(Event event, int by) {
    if (by == 0) {
      return event;
    }
    if (event instanceof Event.Token token) {
      return new Event.Token(token.choice() + by, token.id(), token.score(), token.best());
    } else if (event instanceof Event.Text text) {
      return new Event.Text(text.choice() + by, text.text());
    } else if (event instanceof Event.Reasoning reasoning) {
      return new Event.Reasoning(reasoning.choice() + by, reasoning.text());
    } else if (event instanceof Event.ToolCallStarted call) {
      return new Event.ToolCallStarted(call.choice() + by, call.call(), call.id(), call.name());
    } else if (event instanceof Event.ToolCallArguments more) {
      return new Event.ToolCallArguments(more.choice() + by, more.call(), more.json());
    } else if (event instanceof Event.ToolCallEnded end) {
      return new Event.ToolCallEnded(end.choice() + by, end.call());
    } else if (event instanceof Event.ChoiceFinished end) {
      return new Event.ChoiceFinished(end.choice() + by, end.reason(), end.stopString());
    }
    return event;
  }
}
