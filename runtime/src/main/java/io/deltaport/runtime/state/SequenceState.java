package io.deltaport.runtime.state;

import io.deltaport.runtime.options.RunException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a sequence has in the pool: its blocks in order, the row its linear layers go on from, rows
 * saved on the way, and its token ids. Owns one reference to each. Changed only by {@link
 * Advance#commit} and {@link #cut}; not thread-safe.
 */
public final class SequenceState {
  static final int NO_ROW = -1;

  private final StatePool pool;
  private int[] blocks = new int[4];
  private int blockCount;
  private int length;
  private int row = NO_ROW;
  private int headRows;
  private @Nullable HiddenState hidden;
  private final List<SavedRow> saved = new ArrayList<>();

  /** No tokens yet. */
  public SequenceState(StatePool pool) {
    this.pool = pool;
  }

  /** Tokens seen. */
  public int length() {
    return length;
  }

  /** Row of the linear layers after {@link #length} tokens, -1 = none yet: zeros. */
  public int row() {
    return row;
  }

  /** Rows of the MTP head that are cached. */
  public int headRows() {
    return headRows;
  }

  /** Hidden state of the last token, where it was kept. */
  public @Nullable HiddenState hidden() {
    return hidden;
  }

  /** The id of a token seen. */
  public int id(int position) {
    if (position < 0 || position >= length) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "position %d of a sequence of %d tokens".formatted(position, length));
    }
    return pool.id(blocks[position / StatePool.BLOCK], position % StatePool.BLOCK);
  }

  /** The same state again, sharing everything. */
  public SequenceState share() {
    SequenceState copy = new SequenceState(pool);
    copy.blocks = Arrays.copyOf(blocks, Math.max(4, blockCount));
    copy.blockCount = blockCount;
    copy.length = length;
    copy.row = row;
    copy.headRows = headRows;
    copy.hidden = hidden;
    copy.saved.addAll(saved);
    copy.retainAll();
    return copy;
  }

  private void retainAll() {
    for (int i = 0; i < blockCount; i++) {
      pool.retainBlock(blocks[i]);
    }
    if (row != NO_ROW) {
      pool.retainRow(row);
    }
    saved.forEach(entry -> pool.retainRow(entry.row()));
  }

  /** Gives everything back; the state is empty then. */
  public void release() {
    cut(0, 0, NO_ROW, null);
  }

  /**
   * The most tokens, at most {@code most}, whose state of linear layers is at hand: there a crop
   * starts.
   */
  public int nearestSaved(int most) {
    if (length <= most) {
      return length;
    }
    return saved.stream().mapToInt(SavedRow::length).filter(seen -> seen <= most).max().orElse(0);
  }

  /**
   * Goes back to {@code seen} tokens, which {@link #nearestSaved} named for {@code most}. The
   * blocks up to there stay: they hold the MTP head's rows, which need not be run again.
   */
  public void cutToSaved(int seen, int most) {
    if (seen == length) {
      return;
    }
    if (seen == 0) {
      cut(0, most, NO_ROW, null);
      return;
    }
    SavedRow entry =
        saved.stream().filter(candidate -> candidate.length() == seen).findFirst().orElseThrow();
    pool.retainRow(entry.row());
    cut(seen, most, entry.row(), entry.hidden());
  }

  /**
   * Goes back to {@code seen} tokens, of at most {@code most} to come, in a model whose layers keep
   * no row.
   */
  public void cutRowless(int seen, int most) {
    if (seen < length) {
      cut(seen, most, seen == 0 ? NO_ROW : row, null);
    }
  }

  private void cut(int seen, int most, int newRow, @Nullable HiddenState newHidden) {
    int kept = (most + StatePool.BLOCK - 1) / StatePool.BLOCK;
    while (blockCount > kept) {
      pool.releaseBlock(blocks[--blockCount]);
    }
    saved.removeIf(entry -> entry.length() > seen && give(entry));
    replaceRow(newRow);
    length = seen;
    hidden = newHidden;
    headRows = Math.min(headRows, Math.max(0, most - 1));
  }

  private boolean give(SavedRow entry) {
    pool.releaseRow(entry.row());
    return true;
  }

  int blockCount() {
    return blockCount;
  }

  int block(int index) {
    return blocks[index];
  }

  StatePool pool() {
    return pool;
  }

  /**
   * Puts a block, whose reference becomes this state's, in a place; one that was there is given
   * back.
   */
  void putBlock(int index, int block) {
    if (index < blockCount) {
      if (blocks[index] != block) {
        pool.releaseBlock(blocks[index]);
        blocks[index] = block;
      }
      return;
    }
    if (index == blocks.length) {
      blocks = Arrays.copyOf(blocks, 2 * index);
    }
    blocks[index] = block;
    blockCount = index + 1;
  }

  void appendId(int id) {
    pool.setId(blocks[length / StatePool.BLOCK], length % StatePool.BLOCK, id);
    length++;
  }

  /** Makes a row, whose reference becomes this state's, the one to go on from. */
  void replaceRow(int newRow) {
    if (row != NO_ROW && row != newRow) {
      pool.releaseRow(row);
    }
    row = newRow;
  }

  void keep(SavedRow entry) {
    saved.add(entry);
  }

  void dropStepRows() {
    saved.removeIf(entry -> entry.lifetime() == SavedRow.Lifetime.STEP && give(entry));
  }

  void setHidden(@Nullable HiddenState value) {
    hidden = value;
  }

  void setHeadRows(int value) {
    headRows = value;
  }
}
