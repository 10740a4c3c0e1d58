package io.deltaport.engine.run;

import io.deltaport.engine.step.StepPart;
import io.deltaport.runtime.state.StateUsage;
import java.util.Collection;
import java.util.List;

/**
 * Who may have memory for state: an output is let in when what it may need, with all others that
 * are in, fits, whatever the cache holds, for that gives way.
 */
final class Seats {
  /**
   * New tokens of an output that are counted beforehand; beyond, it grows at the cost of others.
   */
  private static final int RESERVE = 256;

  /** Slots of an output: where it is, and where the next step puts it. */
  private static final int SLOTS = 2;

  private Seats() {}

  /** Whether an output fits beside others, {@code times} times. */
  static boolean fits(StateUsage usage, Collection<Lane> others, Lane next, int times) {
    long blocks = times * blocks(usage, next);
    for (Lane lane : others) {
      blocks += blocks(usage, lane);
    }
    long slots = (long) SLOTS * (others.size() + times);
    return blocks <= usage.blockCapacity()
        && (usage.slotBytes() == 0 || slots <= usage.slotCapacity());
  }

  /** Blocks of all its tokens and the reserve, and one for a tail that is shared and copied. */
  private static long blocks(StateUsage usage, Lane lane) {
    long tokens = Math.min(lane.longest(), (long) lane.size() + RESERVE);
    return (tokens - 1) / usage.blockTokens() + 2;
  }

  /** Slots that a step takes before it gives any back. */
  static int slots(List<StepPart> parts) {
    return parts.stream().mapToInt(part -> part.saved().length + 1).sum();
  }

  /** Blocks that a step takes at most: new ones, and a copy of a tail that is shared. */
  static int blocks(StateUsage usage, List<StepPart> parts) {
    int blocks = 0;
    for (StepPart part : parts) {
      int before = part.sequence().length();
      int after = before + part.ids().length;
      blocks += (after - 1) / usage.blockTokens() - before / usage.blockTokens() + 1;
    }
    return blocks;
  }
}
