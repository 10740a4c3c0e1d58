package io.deltaport.engine.request;

import java.util.List;

/**
 * An output.
 *
 * @param tokens its ids, a stop token included
 * @param text its text, without stop token and stop string, special tokens left out
 * @param reason why it ended
 */
public record Generation(List<Integer> tokens, String text, StopReason reason) {
  public Generation {
    tokens = List.copyOf(tokens);
  }
}
