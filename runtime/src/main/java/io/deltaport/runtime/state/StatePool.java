package io.deltaport.runtime.state;

import io.deltaport.runtime.options.Capacity;
import io.deltaport.runtime.options.RunException;
import java.util.Arrays;

/**
 * The rows and blocks of a native state pool, counted: who takes one owns a reference, who shares
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
  private final Slots rows;
  private final Slots blocks;
  private volatile int[] ids;

  /** A pool with room for {@code capacity.rows()} and {@code capacity.tokens()}. */
  public StatePool(PoolMemory.Factory factory, Capacity capacity) {
    long firstBlocks = (capacity.tokens() - 1) / BLOCK + 1;
    checkFits(capacity.rows(), firstBlocks);
    this.maxBytes = capacity.maxBytes();
    this.memory = factory.create(capacity.rows(), firstBlocks);
    this.rows = new Slots((int) capacity.rows());
    this.blocks = new Slots((int) firstBlocks);
    this.ids = new int[(int) firstBlocks * BLOCK];
  }

  /** What the {@code state} input of a graph takes. */
  public long handle() {
    return memory.handle();
  }

  /** Bytes that the pool holds now. */
  public synchronized long bytes() {
    return memory.bytes(rows.capacity(), blocks.capacity());
  }

  /** Rows and blocks that nobody holds. */
  public synchronized long free() {
    return (long) rows.available() + blocks.available();
  }

  /** Rows and blocks that somebody holds. */
  public synchronized long used() {
    return (long) rows.capacity() + blocks.capacity() - free();
  }

  /**
   * Makes sure that so many rows and blocks are free, growing if need be; not while a run uses the
   * pool.
   */
  public synchronized void require(int neededRows, int neededBlocks) {
    if (neededRows <= rows.available() && neededBlocks <= blocks.available()) {
      return;
    }
    long leastRows = least(rows, neededRows);
    long leastBlocks = least(blocks, neededBlocks);
    long moreRows = doubled(rows, leastRows);
    long moreBlocks = doubled(blocks, leastBlocks);
    long limit = limit();
    if (memory.bytes(moreRows, moreBlocks) <= limit && moreRows <= MOST && moreBlocks <= MOST) {
      grow(moreRows, moreBlocks);
    } else if (memory.bytes(leastRows, leastBlocks) <= limit) {
      grow(leastRows, leastBlocks);
    } else {
      throw new RunException(
          RunException.Reason.CAPACITY,
          "state of %d rows and %d tokens needs %d bytes, more than the limit of %d bytes"
              .formatted(
                  leastRows, leastBlocks * BLOCK, memory.bytes(leastRows, leastBlocks), limit));
    }
  }

  private static long least(Slots slots, int needed) {
    return (long) slots.capacity() + Math.max(0, needed - slots.available());
  }

  private static long doubled(Slots slots, long least) {
    return least == slots.capacity() ? least : Math.max(least, 2L * slots.capacity());
  }

  private long limit() {
    return maxBytes > 0 ? maxBytes : bytes() + memory.available() / 2;
  }

  private void grow(long moreRows, long moreBlocks) {
    checkFits(moreRows, moreBlocks);
    memory.grow(moreRows, moreBlocks);
    rows.grow((int) moreRows);
    blocks.grow((int) moreBlocks);
    ids = Arrays.copyOf(ids, (int) moreBlocks * BLOCK);
  }

  private static void checkFits(long rows, long blocks) {
    if (rows > MOST || blocks > MOST) {
      throw new RunException(
          RunException.Reason.CAPACITY,
          "a pool holds at most %d rows and %d tokens, wanted %d and %d"
              .formatted(MOST, MOST * BLOCK, rows, blocks * BLOCK));
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

  synchronized int takeRow() {
    return rows.take();
  }

  synchronized void retainRow(int row) {
    rows.retain(row);
  }

  synchronized void releaseRow(int row) {
    rows.release(row);
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
