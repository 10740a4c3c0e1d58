package io.deltaport.runtime.state;

import io.deltaport.runtime.SaveRows;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.state.SavedRow.Lifetime;
import org.jspecify.annotations.Nullable;

/**
 * A change of one sequence that is planned, run, and then either committed or undone. Until {@link
 * #commit} the sequence is as it was: what the run writes goes into rows and blocks that nobody
 * else reads.
 */
public final class Advance {
  private static final int[] NO_ROWS = {};

  private final SequenceState state;
  private final int from;
  private final int count;
  private final int firstBlock;
  private final int[] blocks;
  private final int[] rows;
  private final SaveRows save;

  private Advance(SequenceState state, int from, int count, int[] rows, SaveRows save) {
    this.state = state;
    this.from = from;
    this.count = count;
    this.firstBlock = from / StatePool.BLOCK;
    this.blocks = new int[(from + count - 1) / StatePool.BLOCK - firstBlock + 1];
    this.rows = rows;
    this.save = save;
  }

  /** The next {@code count} tokens of a sequence. */
  public static Advance ofModel(SequenceState state, int count, SaveRows save) {
    if (count > Integer.MAX_VALUE - StatePool.BLOCK - state.length()) {
      throw new RunException(
          RunException.Reason.CAPACITY,
          "a sequence of %d tokens cannot take %d more".formatted(state.length(), count));
    }
    int rows = save == SaveRows.EVERY ? count : 1;
    return new Advance(state, state.length(), count, new int[rows], save);
  }

  /** The rows {@code from} to {@code from + count} of the MTP head, which has no linear layer. */
  public static Advance ofHead(SequenceState state, int from, int count) {
    return new Advance(state, from, count, NO_ROWS, SaveRows.LAST);
  }

  /** Rows to take. */
  public int neededRows() {
    return rows.length;
  }

  /** Blocks to take: new ones, and copies of those that others share. */
  public int neededBlocks() {
    int needed = 0;
    for (int i = 0; i < blocks.length; i++) {
      needed += mustTake(firstBlock + i) ? 1 : 0;
    }
    return needed;
  }

  private boolean mustTake(int index) {
    return index >= state.blockCount() || state.pool().isShared(state.block(index));
  }

  /** Takes rows and blocks, which {@link StatePool#require} made sure are there. */
  public void reserve() {
    StatePool pool = state.pool();
    for (int i = 0; i < blocks.length; i++) {
      int index = firstBlock + i;
      blocks[i] = mustTake(index) ? pool.takeBlock() : state.block(index);
    }
    for (int i = 0; i < rows.length; i++) {
      rows[i] = pool.takeRow();
    }
  }

  /**
   * Notes the block copies that must be made before the run, from {@code at} on; gives the next
   * free place.
   */
  public int copies(int[] sources, int[] targets, int at) {
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

  /** Tokens cached before this one. */
  public int from() {
    return from;
  }

  /** Blocks of the sequence with this change, as far as the run reads them. */
  public int blockCount() {
    return firstBlock + blocks.length;
  }

  /** The block in that place. */
  public int block(int index) {
    return index < firstBlock ? state.block(index) : blocks[index - firstBlock];
  }

  /** Row to start from, -1 = zeros. */
  public int loadRow() {
    return state.row();
  }

  /** Row to save the state after that token in, -1 = none. */
  public int saveRow(int token) {
    if (save == SaveRows.EVERY) {
      return rows[token];
    }
    return token == count - 1 && rows.length > 0 ? rows[0] : SequenceState.NO_ROW;
  }

  /** Makes the blocks the sequence's own. */
  private void commitBlocks() {
    for (int i = 0; i < blocks.length; i++) {
      state.putBlock(firstBlock + i, blocks[i]);
    }
  }

  /** The run has returned: the sequence has these tokens. */
  public void commit(Tokens tokens) {
    commitBlocks();
    state.dropStepRows();
    for (int token = 0; token < count; token++) {
      state.appendId(tokens.id(token));
    }
    int last = rows.length - 1;
    for (int i = 0; i < last; i++) {
      state.keep(new SavedRow(from + i + 1, rows[i], Lifetime.STEP, tokens.hidden(i)));
    }
    state.replaceRow(rows[last]);
    HiddenState hidden = tokens.hidden(count - 1);
    state.setHidden(hidden);
    if (save == SaveRows.CHECKPOINT) {
      state.pool().retainRow(rows[last]);
      state.keep(new SavedRow(from + count, rows[last], Lifetime.KEPT, hidden));
    }
  }

  /** The run of the head has returned: these rows are cached. */
  public void commitHead() {
    commitBlocks();
    state.setHeadRows(from + count);
  }

  /** The run did not happen or failed: gives back what was taken. */
  public void undo() {
    StatePool pool = state.pool();
    for (int i = 0; i < blocks.length; i++) {
      int index = firstBlock + i;
      if (index >= state.blockCount() || state.block(index) != blocks[i]) {
        pool.releaseBlock(blocks[i]);
      }
    }
    for (int row : rows) {
      pool.releaseRow(row);
    }
  }

  /** The tokens of a step. */
  public interface Tokens {
    int id(int token);

    /** Hidden state of a token, where it is to be kept. */
    @Nullable HiddenState hidden(int token);
  }
}
