package io.deltaport.runtime.state;

/**
 * Memory for the state of sequences.
 *
 * @param slots slots of linear layers that somebody holds
 * @param slotCapacity slots there are
 * @param slotBytes bytes of one, 0 = no layer keeps anything in a slot
 * @param blocks KV blocks that somebody holds
 * @param blockCapacity blocks there are
 * @param blockBytes bytes of one
 * @param blockTokens tokens of one
 */
public record StateUsage(
    int slots,
    int slotCapacity,
    long slotBytes,
    int blocks,
    int blockCapacity,
    long blockBytes,
    int blockTokens) {
  public int freeSlots() {
    return slotCapacity - slots;
  }

  public int freeBlocks() {
    return blockCapacity - blocks;
  }

  /** Bytes of all of it, held or not. */
  public long bytes() {
    return slotCapacity * slotBytes + blockCapacity * blockBytes;
  }
}
