package io.deltaport.runtime.state;

import io.deltaport.runtime.options.RunException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a sequence has in the pool: its blocks in order, the slot its linear layers go on from,
 * slots saved on the way, and its token ids. Owns one reference to each. Changed only by {@link
 * Advance}s and {@link #cut}; not thread-safe.
 */
public final class SequenceState {
  static final int NO_SLOT = -1;

  private final StatePool pool;
  private int[] blocks = new int[4];
  private int blockCount;
  private int length;
  private int slot = NO_SLOT;
  private int mtpRows;
  private @Nullable HiddenState hidden;
  private final List<SavedSlot> saved = new ArrayList<>();

  /** No tokens yet. */
  public SequenceState(StatePool pool) {
    this.pool = pool;
  }

  /** Tokens seen. */
  public int length() {
    return length;
  }

  /** Slot of the linear layers after {@link #length} tokens, -1 = none yet: zeros. */
  public int slot() {
    return slot;
  }

  /** Rows of the MTP head that are cached. */
  public int mtpRows() {
    return mtpRows;
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
    copy.slot = slot;
    copy.mtpRows = mtpRows;
    copy.hidden = hidden;
    copy.saved.addAll(saved);
    copy.retainAll();
    return copy;
  }

  private void retainAll() {
    for (int i = 0; i < blockCount; i++) {
      pool.retainBlock(blocks[i]);
    }
    if (slot != NO_SLOT) {
      pool.retainSlot(slot);
    }
    saved.forEach(entry -> pool.retainSlot(entry.slot()));
  }

  /** What it holds, perhaps with others. */
  public HeldState held() {
    return new HeldState(ownSlots(), Arrays.copyOf(blocks, blockCount));
  }

  /** Bytes of what it alone holds, and would free. */
  public long bytesAlone() {
    StateUsage sizes = pool.usage();
    long bytes = 0;
    for (int own : ownSlots()) {
      bytes += pool.slotReferences(own) == references(own) ? sizes.slotBytes() : 0;
    }
    for (int i = 0; i < blockCount; i++) {
      bytes += pool.isShared(blocks[i]) ? 0 : sizes.blockBytes();
    }
    return bytes;
  }

  /** Its slots, each once. */
  private int[] ownSlots() {
    IntStream kept = saved.stream().mapToInt(SavedSlot::slot);
    IntStream last = slot == NO_SLOT ? IntStream.empty() : IntStream.of(slot);
    return IntStream.concat(last, kept).distinct().toArray();
  }

  /** How often it holds a slot: the one to go on from may be a saved place too. */
  private int references(int of) {
    int references = slot == of ? 1 : 0;
    for (SavedSlot entry : saved) {
      references += entry.slot() == of ? 1 : 0;
    }
    return references;
  }

  /** Gives everything back; the state is empty then. */
  public void release() {
    cut(0, 0, NO_SLOT, null);
  }

  /**
   * Goes back to the most tokens, at most {@code target}, whose state is at hand; gives how many.
   * Tokens run from there lead to {@code target}, and blocks up to there stay: they hold the MTP
   * head's rows, which need not be run again.
   */
  public int cut(int target) {
    if (length <= target) {
      return length;
    }
    if (!pool.hasSlots()) {
      return cutWithoutSlots(target);
    }
    @Nullable SavedSlot nearest = null;
    for (SavedSlot entry : saved) {
      if (entry.length() <= target && (nearest == null || entry.length() > nearest.length())) {
        nearest = entry;
      }
    }
    if (nearest == null) {
      cut(0, target, NO_SLOT, null);
      return 0;
    }
    pool.retainSlot(nearest.slot());
    cut(nearest.length(), target, nearest.slot(), nearest.hidden());
    return nearest.length();
  }

  /** Every place is at hand, but for the hidden state there, if that of the last token is kept. */
  private int cutWithoutSlots(int target) {
    int start = hidden == null ? target : Math.max(0, target - 1);
    cut(start, target, start == 0 ? NO_SLOT : slot, null);
    return start;
  }

  /** Gives back all but the {@code most} latest places that are kept until it is cut below them. */
  public void dropCheckpoints(int most) {
    long surplus = saved.stream().filter(SavedSlot::isCheckpoint).count() - most;
    for (Iterator<SavedSlot> entries = saved.iterator(); surplus > 0 && entries.hasNext(); ) {
      SavedSlot entry = entries.next();
      if (entry.isCheckpoint()) {
        entries.remove();
        pool.releaseSlot(entry.slot());
        surplus--;
      }
    }
  }

  private void cut(int seen, int most, int newSlot, @Nullable HiddenState newHidden) {
    int kept = (most + StatePool.BLOCK - 1) / StatePool.BLOCK;
    while (blockCount > kept) {
      pool.releaseBlock(blocks[--blockCount]);
    }
    saved.removeIf(entry -> entry.length() > seen && give(entry));
    replaceSlot(newSlot);
    length = seen;
    hidden = newHidden;
    mtpRows = Math.min(mtpRows, Math.max(0, most - 1));
  }

  private boolean give(SavedSlot entry) {
    pool.releaseSlot(entry.slot());
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

  /** Makes a slot, whose reference becomes this state's, the one to go on from. */
  void replaceSlot(int newSlot) {
    if (slot != NO_SLOT && slot != newSlot) {
      pool.releaseSlot(slot);
    }
    slot = newSlot;
  }

  void keep(SavedSlot entry) {
    saved.add(entry);
  }

  void dropStepSlots() {
    saved.removeIf(entry -> entry.lifetime() == SavedSlot.Lifetime.STEP && give(entry));
  }

  void setHidden(@Nullable HiddenState value) {
    hidden = value;
  }

  void setMtpRows(int value) {
    mtpRows = value;
  }
}
