package io.deltaport.engine.run;

import io.deltaport.engine.chat.ChatParser;
import io.deltaport.engine.output.StopStrings;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.StopReason;
import io.deltaport.tokenizer.TextStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What an output says as its tokens come, and when it ends. Stop strings are looked for in the text
 * that the reader is meant to see. Belongs to one thread.
 */
final class OutputText {
  private final int choice;
  private final GenerationOptions options;
  private final int most;
  private final boolean endsAfterCall;
  private final TextStream stream;
  private final StopStrings stops;
  private final @Nullable ChatParser chat;
  private Optional<StopReason> ended = Optional.empty();
  private int tokens;
  private int reasoningTokens;

  /**
   * An output of at most {@code most} tokens.
   *
   * @param chat reads it as a message of a chat; null = it is text
   * @param endsAfterCall it ends with its first tool call
   */
  OutputText(
      int choice,
      GenerationOptions options,
      int most,
      TextStream stream,
      @Nullable ChatParser chat,
      boolean endsAfterCall) {
    this.choice = choice;
    this.options = options;
    this.most = most;
    this.stream = stream;
    this.stops = new StopStrings(options.stopStrings());
    this.chat = chat;
    this.endsAfterCall = endsAfterCall;
  }

  /** Why it ended, once it has. */
  Optional<StopReason> ended() {
    return ended;
  }

  /** The stop string that ended it. */
  Optional<String> stopString() {
    return stops.stop();
  }

  int tokens() {
    return tokens;
  }

  /** Whether it is not at what the reader is meant to see yet. */
  boolean isReasoning() {
    return chat != null && chat.isReasoning();
  }

  /** How many of them belong to reasoning. */
  int reasoningTokens() {
    return reasoningTokens;
  }

  /** Takes the next token; what it makes sure. */
  List<Event> add(int id) {
    tokens++;
    if (isReasoning()) {
      reasoningTokens++;
    }
    if (options.stopTokens().contains(id)) {
      return end(StopReason.STOP_TOKEN);
    }
    String piece = stream.add(id);
    List<Event> events = new ArrayList<>();
    shown(chat == null ? text(piece) : chat.add(id, piece), events);
    if (ended.isEmpty() && endsAfterCall && chat != null && chat.hasCall()) {
      ended = Optional.of(StopReason.TOOL_CALL);
    }
    if (ended.isEmpty() && tokens == most) {
      events.addAll(end(StopReason.LENGTH));
    }
    return events;
  }

  /** Ends it; what was waiting. */
  List<Event> end(StopReason reason) {
    List<Event> events = new ArrayList<>();
    String rest = stream.finish();
    if (chat == null) {
      shown(text(rest), events);
    } else {
      shown(chat.finish(rest), events);
    }
    if (ended.isEmpty()) {
      ended = Optional.of(reason);
      events.addAll(text(stops.finish()));
    }
    return events;
  }

  /** Lets events through up to a stop string in their text. */
  private void shown(List<Event> events, List<Event> shown) {
    for (Event event : events) {
      if (event instanceof Event.Text text) {
        shown.addAll(text(stops.add(text.text())));
        if (stops.stopped()) {
          ended = Optional.of(StopReason.STOP_STRING);
          return;
        }
      } else {
        shown.addAll(text(stops.finish())); // no stop string goes across what is not text
        shown.add(event);
      }
    }
  }

  private List<Event> text(String piece) {
    return piece.isEmpty() ? List.of() : List.of(new Event.Text(choice, piece));
  }
}
