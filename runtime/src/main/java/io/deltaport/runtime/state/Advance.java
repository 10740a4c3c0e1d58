package io.deltaport.runtime.state;

/**
 * A change of one sequence that is planned, run, and then either committed or undone. Until then
 * the sequence is as it was: what the run writes goes into slots and blocks that nobody else reads.
 */
public abstract sealed class Advance permits TokenAdvance, DraftAdvance {
  private final SequenceState state;
  private final int from;
  private final int[] ids;
  private final int firstBlock;
  private final int[] blocks;

  /**
   * @param from tokens before the first
   * @param ids what the run reads, at least one; not copied
   */
  Advance(SequenceState state, int from, int... ids) {
    this.state = state;
    this.from = from;
    this.ids = ids;
    this.firstBlock = from / StatePool.BLOCK;
    this.blocks = new int[(from + ids.length - 1) / StatePool.BLOCK - firstBlock + 1];
  }

  SequenceState state() {
    return state;
  }

  /** How many tokens. */
  public final int tokens() {
    return ids.length;
  }

  /** The id of token {@code index}. */
  public final int id(int index) {
    return ids[index];
  }

  /** Tokens cached before the first. */
  public final int from() {
    return from;
  }

  /** Slot to start from, -1 = zeros. */
  public abstract int loadSlot();

  /** Slot to save the state after that token in, -1 = none. */
  public abstract int saveSlot(int token);

  /** Slots to take. */
  public abstract int neededSlots();

  abstract void reserveSlots(StatePool pool);

  abstract void releaseSlots(StatePool pool);

  /** Blocks to take: new ones, and copies of those that others share. */
  public final int neededBlocks() {
    int needed = 0;
    for (int i = 0; i < blocks.length; i++) {
      needed += mustTake(firstBlock + i) ? 1 : 0;
    }
    return needed;
  }

  private boolean mustTake(int index) {
    return index >= state.blockCount() || state.pool().isShared(state.block(index));
  }

  /** Takes slots and blocks, which {@link StatePool#require} made sure are there. */
  public final void reserve() {
    StatePool pool = state.pool();
    for (int i = 0; i < blocks.length; i++) {
      int index = firstBlock + i;
      blocks[i] = mustTake(index) ? pool.takeBlock() : state.block(index);
    }
    reserveSlots(pool);
  }

  /**
   * Notes the block copies that must be made before the run, from {@code at} on; gives the next
   * free place.
   */
  public final int copies(int[] sources, int[] targets, int at) {
    int next = at;
    for (int i = 0; i < blocks.length && firstBlock + i < state.blockCount(); i++) {
      int old = state.block(firstBlock + i);
      if (old != blocks[i]) {
        sources[next] = old;
        targets[next] = blocks[i];
        next++;
      }
    }
    return next;
  }

  /** Blocks of the sequence with this change, as far as the run reads them. */
  public final int blockCount() {
    return firstBlock + blocks.length;
  }

  /** The block in that place. */
  public final int block(int index) {
    return index < firstBlock ? state.block(index) : blocks[index - firstBlock];
  }

  /** Makes the blocks the sequence's own. */
  final void commitBlocks() {
    for (int i = 0; i < blocks.length; i++) {
      state.putBlock(firstBlock + i, blocks[i]);
    }
  }

  /** The run did not happen or failed: gives back what was taken. */
  public final void undo() {
    StatePool pool = state.pool();
    for (int i = 0; i < blocks.length; i++) {
      int index = firstBlock + i;
      if (index >= state.blockCount() || state.block(index) != blocks[i]) {
        pool.releaseBlock(blocks[i]);
      }
    }
    releaseSlots(pool);
  }
}
