package io.deltaport.evaluate.quality;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text cut into windows of {@link #LENGTH} tokens without overlap, each read from a fresh state,
 * and the runs that read them: several whole windows packed into one where they fit, else one
 * window after the other in pieces.
 */
final class Windows {
  static final int LENGTH = 512;

  /** Consecutive tokens of a window. */
  static final class Piece {
    private final int[] window;
    private final int from;
    private final int to;

    private Piece(int[] window, int from, int to) {
      this.window = window;
      this.from = from;
      this.to = to;
    }

    int[] ids() {
      return Arrays.copyOfRange(window, from, to);
    }

    boolean startsWindow() {
      return from == 0;
    }

    /** How many of its tokens have a next one in the window, which they predict. */
    int predictions() {
      return Math.min(to, window.length - 1) - from;
    }

    /** What token {@code row} of the piece is to predict. */
    int target(int row) {
      return window[from + row + 1];
    }
  }

  private Windows() {}

  /**
   * The runs over a text, each of at most {@code tokens} tokens; a piece that does not start its
   * window is alone.
   */
  static List<List<Piece>> runs(int[] ids, int tokens) {
    List<List<Piece>> runs = new ArrayList<>();
    int together = Math.max(1, tokens / LENGTH);
    for (int from = 0; from < ids.length; from += together * LENGTH) {
      int[] group = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + together * LENGTH));
      if (tokens >= LENGTH) {
        runs.add(whole(group));
      } else {
        runs.addAll(pieces(group, tokens));
      }
    }
    return runs;
  }

  private static List<Piece> whole(int[] group) {
    List<Piece> windows = new ArrayList<>();
    for (int from = 0; from < group.length; from += LENGTH) {
      int[] window = Arrays.copyOfRange(group, from, Math.min(group.length, from + LENGTH));
      windows.add(new Piece(window, 0, window.length));
    }
    return windows;
  }

  private static List<List<Piece>> pieces(int[] window, int tokens) {
    List<List<Piece>> pieces = new ArrayList<>();
    for (int from = 0; from < window.length; from += tokens) {
      pieces.add(List.of(new Piece(window, from, Math.min(window.length, from + tokens))));
    }
    return pieces;
  }
}
