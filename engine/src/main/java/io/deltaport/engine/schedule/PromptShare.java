package io.deltaport.engine.schedule;

/**
 * Shares time between prompts and outputs that grow: after a step that read prompts, steps without
 * prompts follow until prompts have had no more than their share. Belongs to one thread.
 */
public final class PromptShare {
  private final double share;
  private double owed; // nanoseconds that outputs are to have before the next prompt

  /**
   * Shares so.
   *
   * @param share of prompts, above 0, at most 1
   */
  public PromptShare(double share) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("a share above 0, at most 1, expected, found " + share);
    }
    this.share = share;
  }

  /** Whether prompts have their turn. */
  public boolean isDue() {
    return owed <= 0;
  }

  /**
   * A step has ended.
   *
   * @param nanos what it took
   * @param read whether it read prompts while outputs grew
   */
  public void ran(long nanos, boolean read) {
    owed = read ? nanos * (1 - share) / share : Math.max(0, owed - nanos);
  }
}
