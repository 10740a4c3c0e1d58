package io.deltaport.runtime.state;

/** A pool's memory that holds one number a block and counts what is done to it. */
final class CountedMemory implements PoolMemory {
  static final long ROW_BYTES = 1000;
  static final long BLOCK_BYTES = 10;

  long rows;
  long blocks;
  int copies;

  CountedMemory(long rows, long blocks) {
    this.rows = rows;
    this.blocks = blocks;
  }

  @Override
  public long handle() {
    return 7;
  }

  @Override
  public long bytes(long moreRows, long moreBlocks) {
    return moreRows * ROW_BYTES + moreBlocks * BLOCK_BYTES;
  }

  @Override
  public long available() {
    return AvailableMemory.bytes();
  }

  @Override
  public void grow(long moreRows, long moreBlocks) {
    rows = moreRows;
    blocks = moreBlocks;
  }

  @Override
  public void copyBlocks(int[] from, int[] to, int n) {
    copies += n;
  }

  @Override
  public void close() {}
}
