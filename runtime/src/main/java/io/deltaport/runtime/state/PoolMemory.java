package io.deltaport.runtime.state;

/**
 * The memory behind a {@link StatePool}: slots for linear layers, blocks for full-attention layers,
 * both numbered.
 */
public interface PoolMemory extends AutoCloseable {
  /** Makes it. */
  interface Factory {
    PoolMemory create(long slots, long blocks);
  }

  /** What the {@code state} input of a graph takes. */
  long handle();

  /** Bytes that so many slots and blocks take. */
  long bytes(long slots, long blocks);

  /** Bytes that could still be had where the pool lies. */
  long available();

  /**
   * Makes room for so many slots and blocks in all, keeping contents and handle; on an error all is
   * as it was.
   */
  void grow(long slots, long blocks);

  /** Copies the first {@code n} blocks named, {@code from[i]} to {@code to[i]}. */
  void copyBlocks(int[] from, int[] to, int n);

  @Override
  void close();
}
