package io.deltaport.server.call;

import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.Usage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/** All that a call's events have told, put together. */
public final class Transcript {
  private final List<Output> outputs = new ArrayList<>();
  private final Map<Integer, List<Event.Scored>> scored = new HashMap<>();
  private Optional<Usage> usage = Optional.empty();

  public void add(int request, Event event) {
    if (event instanceof Event.Token token) {
      output(token.choice()).token(token);
    } else if (event instanceof Event.Text text) {
      output(text.choice()).text(text.text());
    } else if (event instanceof Event.Reasoning reasoning) {
      output(reasoning.choice()).reasoning(reasoning.text());
    } else if (event instanceof Event.ToolCallStarted call) {
      output(call.choice()).called(call.id(), call.name());
    } else if (event instanceof Event.ToolCallArguments arguments) {
      output(arguments.choice()).arguments(arguments.json());
    } else if (event instanceof Event.ChoiceFinished end) {
      output(end.choice()).finished(end.reason(), end.stopString());
    } else if (event instanceof Event.Scored score) {
      scored.computeIfAbsent(request, place -> new ArrayList<>()).add(score);
    } else if (event instanceof Event.Finished finished) {
      usage = Optional.of(finished.usage());
    }
  }

  /** The outputs, those of the first request first. */
  public List<Output> outputs() {
    return List.copyOf(outputs);
  }

  /** The scores of a request's prompt, in order. */
  public List<Event.Scored> scored(int request) {
    return List.copyOf(scored.getOrDefault(request, List.of()));
  }

  /** The only output, or the first. */
  public Output output() {
    return output(0);
  }

  /** What it took; to be asked when it is over. */
  public Usage usage() {
    return usage.orElseThrow(() -> new NoSuchElementException("the call is not over"));
  }

  private Output output(int choice) {
    while (outputs.size() <= choice) {
      outputs.add(new Output());
    }
    return outputs.get(choice);
  }
}
