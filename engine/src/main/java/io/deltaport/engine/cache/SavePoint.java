package io.deltaport.engine.cache;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A place in a prompt to save the state at.
 *
 * @param length tokens before it
 */
public record SavePoint(int length, Kind kind) {
  /**
   * The places where a chat's prompt is likely to part from others, in rising order: the last is
   * where the header of the answer begins, those before end what many conversations share.
   */
  public static List<SavePoint> ofChat(int... places) {
    int last = places.length - 1;
    return IntStream.rangeClosed(0, last)
        .mapToObj(i -> new SavePoint(places[i], i == last ? Kind.HEADER : Kind.SYSTEM))
        .toList();
  }
}
