package io.deltaport.engine.output;

import io.deltaport.runtime.options.RunException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Ends a text at the first of some strings, wherever the borders of the tokens lie. Text that may
 * become a stop string waits until it is sure; a stop string itself is never let through. Belongs
 * to one thread.
 */
public final class StopStrings {
  private record Stop(int from, int length) {
    int to() {
      return from + length;
    }
  }

  private final List<String> strings;
  private String waiting = "";
  private Optional<String> stop = Optional.empty();

  public StopStrings(List<String> strings) {
    if (strings.stream().anyMatch(String::isEmpty)) {
      throw new RunException(RunException.Reason.ARGUMENT, "a stop string must not be empty");
    }
    this.strings = List.copyOf(strings);
  }

  /** Whether a stop string has come: nothing after it counts. */
  public boolean stopped() {
    return stop.isPresent();
  }

  /** The stop string that came. */
  public Optional<String> stop() {
    return stop;
  }

  /** Takes the next piece of text; returns what is sure now. */
  public String add(String piece) {
    String text = waiting + piece;
    Optional<Stop> first = firstStop(text);
    if (first.isPresent()) {
      stop = Optional.of(text.substring(first.get().from(), first.get().to()));
      waiting = "";
      return text.substring(0, first.get().from());
    }
    int sure = text.length() - longestStart(text);
    waiting = text.substring(sure);
    return text.substring(0, sure);
  }

  /** What still waits at the end of the text. */
  public String finish() {
    String rest = waiting;
    waiting = "";
    return rest;
  }

  /**
   * The one that ends first, the longest where several end there: what reading letter by letter
   * would meet.
   */
  private Optional<Stop> firstStop(String text) {
    return strings.stream()
        .map(string -> new Stop(text.indexOf(string), string.length()))
        .filter(stop -> stop.from() >= 0)
        .min(Comparator.comparingInt(Stop::to).thenComparingInt(Stop::from));
  }

  /** How much of the text's end may be the start of a stop string. */
  private int longestStart(String text) {
    return strings.stream().mapToInt(string -> start(text, string)).max().orElse(0);
  }

  /** How much of the text's end may be the start of that string. */
  public static int start(String text, String string) {
    for (int length = Math.min(text.length(), string.length() - 1); length > 0; length--) {
      if (text.endsWith(string.substring(0, length))) {
        return length;
      }
    }
    return 0;
  }
}
