package io.deltaport.runtime.state;

import io.deltaport.runtime.options.Capacity;
import io.deltaport.runtime.options.RunException;
import java.util.Arrays;

/**
 * The slots and blocks of a native state pool, counted: who takes one owns a reference, who shares
 * it adds one, and it is free when the last is given back. Grows by doubling, up to the memory it
 * may have. Thread-safe, but a pool must not grow while a run uses it: {@link #require} is called
 * between runs only.
 */
public final class StatePool implements AutoCloseable {
  /** Tokens in a block. */
  public static final int BLOCK = 32;

  private static final long MOST = Integer.MAX_VALUE / BLOCK;

  private final PoolMemory memory;
  private final long maxBytes;
  private final Counted slots;
  private final Counted blocks;
  private volatile int[] ids;
  private boolean isFixed;

  /** A pool with room for {@code capacity.slots()} and {@code capacity.tokens()}. */
  public StatePool(PoolMemory.Factory factory, Capacity capacity) {
    long firstBlocks = (capacity.tokens() - 1) / BLOCK + 1;
    checkFits(capacity.slots(), firstBlocks);
    this.maxBytes = capacity.maxBytes();
    this.memory = factory.create(capacity.slots(), firstBlocks);
    this.slots = new Counted((int) capacity.slots());
    this.blocks = new Counted((int) firstBlocks);
    this.ids = new int[(int) firstBlocks * BLOCK];
  }

  /** What the {@code state} input of a graph takes. */
  public long handle() {
    return memory.handle();
  }

  /** Bytes that the pool holds now. */
  public synchronized long bytes() {
    return memory.bytes(slots.capacity(), blocks.capacity());
  }

  /** Whether any layer keeps something in a slot: a linear one does. */
  boolean hasSlots() {
    return memory.bytes(1, 0) > 0;
  }

  /** What is held of it. */
  public synchronized StateUsage usage() {
    return new StateUsage(
        slots.capacity() - slots.available(),
        slots.capacity(),
        memory.bytes(1, 0),
        blocks.capacity() - blocks.available(),
        blocks.capacity(),
        memory.bytes(0, 1),
        BLOCK);
  }

  /** Bytes that could still be had where it lies. */
  public long available() {
    return memory.available();
  }

  /**
   * Grows to so many slots and blocks, or stays as it is if it has more, and never grows again; not
   * while a run uses the pool. In host memory, what is not used yet is not taken from the machine.
   */
  public synchronized void reserve(long totalSlots, long totalBlocks) {
    grow(Math.max(totalSlots, slots.capacity()), Math.max(totalBlocks, blocks.capacity()));
    isFixed = true;
  }

  /** Slots and blocks that nobody holds. */
  public synchronized long free() {
    return (long) slots.available() + blocks.available();
  }

  /** Slots and blocks that somebody holds. */
  public synchronized long used() {
    return (long) slots.capacity() + blocks.capacity() - free();
  }

  /**
   * Makes sure that so many slots and blocks are free, growing if need be; not while a run uses the
   * pool.
   */
  public synchronized void require(int neededSlots, int neededBlocks) {
    if (neededSlots <= slots.available() && neededBlocks <= blocks.available()) {
      return;
    }
    long leastSlots = least(slots, neededSlots);
    long leastBlocks = least(blocks, neededBlocks);
    long moreSlots = doubled(slots, leastSlots);
    long moreBlocks = doubled(blocks, leastBlocks);
    long limit = isFixed ? bytes() : limit();
    if (memory.bytes(moreSlots, moreBlocks) <= limit && moreSlots <= MOST && moreBlocks <= MOST) {
      grow(moreSlots, moreBlocks);
    } else if (memory.bytes(leastSlots, leastBlocks) <= limit) {
      grow(leastSlots, leastBlocks);
    } else {
      throw new RunException(
          RunException.Reason.CAPACITY,
          "state of %d slots and %d tokens needs %d bytes, more than the limit of %d bytes"
              .formatted(
                  leastSlots, leastBlocks * BLOCK, memory.bytes(leastSlots, leastBlocks), limit));
    }
  }

  private static long least(Counted places, int needed) {
    return (long) places.capacity() + Math.max(0, needed - places.available());
  }

  private static long doubled(Counted places, long least) {
    return least == places.capacity() ? least : Math.max(least, 2L * places.capacity());
  }

  private long limit() {
    return maxBytes > 0 ? maxBytes : bytes() + memory.available() / 2;
  }

  private void grow(long moreSlots, long moreBlocks) {
    checkFits(moreSlots, moreBlocks);
    memory.grow(moreSlots, moreBlocks);
    slots.grow((int) moreSlots);
    blocks.grow((int) moreBlocks);
    ids = Arrays.copyOf(ids, (int) moreBlocks * BLOCK);
  }

  private static void checkFits(long slots, long blocks) {
    if (slots > MOST || blocks > MOST) {
      throw new RunException(
          RunException.Reason.CAPACITY,
          "a pool holds at most %d slots and %d tokens, wanted %d and %d"
              .formatted(MOST, MOST * BLOCK, slots, blocks * BLOCK));
    }
  }

  /** Copies whole blocks, with their token ids. */
  public void copyBlocks(int[] from, int[] to, int n) {
    if (n == 0) {
      return;
    }
    memory.copyBlocks(from, to, n);
    for (int i = 0; i < n; i++) {
      System.arraycopy(ids, from[i] * BLOCK, ids, to[i] * BLOCK, BLOCK);
    }
  }

  synchronized int takeSlot() {
    return slots.take();
  }

  synchronized void retainSlot(int slot) {
    slots.retain(slot);
  }

  synchronized void releaseSlot(int slot) {
    slots.release(slot);
  }

  synchronized int takeBlock() {
    return blocks.take();
  }

  synchronized void retainBlock(int block) {
    blocks.retain(block);
  }

  synchronized void releaseBlock(int block) {
    blocks.release(block);
  }

  synchronized int slotReferences(int slot) {
    return slots.references(slot);
  }

  synchronized boolean isShared(int block) {
    return blocks.isShared(block);
  }

  int id(int block, int slot) {
    return ids[block * BLOCK + slot];
  }

  void setId(int block, int slot, int id) {
    ids[block * BLOCK + slot] = id;
  }

  @Override
  public void close() {
    memory.close();
  }
}
