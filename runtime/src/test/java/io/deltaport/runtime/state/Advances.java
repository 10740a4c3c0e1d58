package io.deltaport.runtime.state;

import java.util.List;
import java.util.stream.IntStream;

/** Does with advances what a run does, but for the run. */
final class Advances {
  private Advances() {}

  /** Ids are 1000 and on, by position. */
  static int[] ids(int from, int count) {
    return IntStream.range(1000 + from, 1000 + from + count).toArray();
  }

  static <A extends Advance> A reserved(A advance) {
    advance.state().pool().require(advance.neededSlots(), advance.neededBlocks());
    advance.reserve();
    return advance;
  }

  /** Runs and commits it. */
  static void advance(TokenAdvance advance) {
    copyBlocks(reserved(advance));
    advance.commit(List.of());
  }

  static void advance(DraftAdvance advance) {
    copyBlocks(reserved(advance));
    advance.commit();
  }

  private static void copyBlocks(Advance advance) {
    int[] from = new int[advance.blockCount()];
    int[] to = from.clone();
    advance.state().pool().copyBlocks(from, to, advance.copies(from, to, 0));
  }
}
