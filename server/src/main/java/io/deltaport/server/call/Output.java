package io.deltaport.server.call;

import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.StopReason;
import io.deltaport.server.call.Part.Called;
import io.deltaport.server.call.Part.Said;
import io.deltaport.server.call.Part.Thought;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** One output as its events have told it so far. */
public final class Output {
  private final List<Part> parts = new ArrayList<>();
  private final VisibleTokens tokens = new VisibleTokens();
  private final List<Event.Token> visible = new ArrayList<>();
  private StopReason reason = StopReason.LENGTH;
  private Optional<String> stopString = Optional.empty();

  /** Its stretches, in order. */
  public List<Part> parts() {
    return List.copyOf(parts);
  }

  /** What the reader is meant to see. */
  public String text() {
    return parts.stream()
        .filter(Said.class::isInstance)
        .map(part -> ((Said) part).text())
        .collect(Collectors.joining());
  }

  public String reasoning() {
    return parts.stream()
        .filter(Thought.class::isInstance)
        .map(part -> ((Thought) part).text())
        .collect(Collectors.joining());
  }

  public List<Called> calls() {
    return parts.stream().filter(Called.class::isInstance).map(Called.class::cast).toList();
  }

  /** The tokens of its text. */
  public List<Event.Token> tokens() {
    return List.copyOf(visible);
  }

  public StopReason reason() {
    return reason;
  }

  /** The stop string that ended it, where one did. */
  public Optional<String> stopString() {
    return stopString;
  }

  void token(Event.Token token) {
    tokens.add(token);
  }

  void text(String text) {
    visible.addAll(tokens.shown());
    said().append(text);
  }

  void reasoning(String text) {
    tokens.hidden();
    if (!parts.isEmpty() && last() instanceof Thought thought) {
      thought.text().append(text);
    } else {
      parts.add(new Thought(new StringBuilder(text)));
    }
  }

  void called(String id, String name) {
    tokens.hidden();
    parts.add(new Called(id, name, new StringBuilder()));
  }

  void arguments(String json) {
    tokens.hidden();
    if (last() instanceof Called called) {
      called.arguments().append(json);
    }
  }

  void finished(StopReason why, Optional<String> stop) {
    visible.addAll(tokens.finished(why));
    reason = why;
    stopString = stop;
  }

  private StringBuilder said() {
    if (!parts.isEmpty() && last() instanceof Said said) {
      return said.text();
    }
    Said said = new Said(new StringBuilder());
    parts.add(said);
    return said.text();
  }

  private Part last() {
    return parts.get(parts.size() - 1);
  }
}
