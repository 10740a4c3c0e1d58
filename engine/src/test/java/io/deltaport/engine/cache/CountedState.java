package io.deltaport.engine.cache;

import io.deltaport.engine.step.StepSequence;
import io.deltaport.runtime.state.HeldState;
import io.deltaport.runtime.state.StateUsage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Memory for state without a model: sequences hold numbered slots and blocks of it, share them and
 * copy a block before they write into it, as those of the runtime do.
 */
final class CountedState {
  static final int BLOCK = 8;
  static final long SLOT_BYTES = 1000;
  static final long BLOCK_BYTES = 80;

  private final int[] slots;
  private final int[] blocks;

  CountedState(int slots, int blocks) {
    this.slots = new int[slots];
    this.blocks = new int[blocks];
  }

  StateUsage usage() {
    return new StateUsage(
        used(slots), slots.length, SLOT_BYTES, used(blocks), blocks.length, BLOCK_BYTES, BLOCK);
  }

  private static int used(int[] references) {
    return (int) Arrays.stream(references).filter(count -> count > 0).count();
  }

  private static int take(int[] references) {
    for (int place = 0; place < references.length; place++) {
      if (references[place] == 0) {
        references[place] = 1;
        return place;
      }
    }
    throw new IllegalStateException("the memory for state is full");
  }

  private static void release(int[] references, int place) {
    if (--references[place] < 0) {
      throw new IllegalStateException("place " + place + " is free");
    }
  }

  Text newSequence() {
    return new Text();
  }

  /** A sequence. */
  final class Text implements StepSequence {
    private int[] ids = {};
    private final List<Integer> held = new ArrayList<>();
    private @Nullable Integer slot;
    private final TreeMap<Integer, Integer> saved = new TreeMap<>();
    private boolean closed;

    /** Reads tokens, the state after so many in all being saved. */
    void read(int[] next, List<SavePoint> points) {
      int from = ids.length;
      ids = Arrays.copyOf(ids, from + next.length);
      System.arraycopy(next, 0, ids, from, next.length);
      writeBlocks(from);
      for (SavePoint point : points) {
        if (point.length() > from && point.length() <= ids.length) {
          saved.put(point.length(), take(slots));
        }
      }
      int before = slot == null ? -1 : slot;
      slot = take(slots);
      if (before >= 0) {
        release(slots, before);
      }
    }

    private void writeBlocks(int from) {
      for (int block = from / BLOCK; block * BLOCK < ids.length; block++) {
        if (block == held.size()) {
          held.add(take(blocks));
        } else if (blocks[held.get(block)] > 1) {
          int copy = take(blocks);
          release(blocks, held.get(block));
          held.set(block, copy);
        }
      }
    }

    int[] ids() {
      return ids.clone();
    }

    boolean isClosed() {
      return closed;
    }

    @Override
    public int length() {
      return ids.length;
    }

    @Override
    public Text fork() {
      Text fork = new Text();
      fork.ids = ids;
      fork.held.addAll(held);
      fork.slot = slot;
      fork.saved.putAll(saved);
      held.forEach(block -> blocks[block]++);
      if (slot != null) {
        slots[slot]++;
      }
      saved.values().forEach(place -> slots[place]++);
      return fork;
    }

    @Override
    public void crop(int length) {
      if (length == ids.length) {
        return;
      }
      Integer place = saved.get(length);
      if (place == null || slot == null) {
        throw new IllegalStateException("nothing was saved after " + length + " tokens");
      }
      release(slots, slot);
      slot = place;
      slots[place]++;
      saved.tailMap(length, false).values().forEach(later -> release(slots, later));
      saved.tailMap(length, false).clear();
      ids = Arrays.copyOf(ids, length);
      while ((held.size() - 1) * BLOCK >= length) {
        release(blocks, held.remove(held.size() - 1));
      }
    }

    @Override
    public void dropSaved() {
      saved.values().forEach(place -> release(slots, place));
      saved.clear();
    }

    @Override
    public HeldState held() {
      List<Integer> places = new ArrayList<>(saved.values());
      if (slot != null) {
        places.add(slot);
      }
      return new HeldState(
          places.stream().mapToInt(Integer::intValue).distinct().toArray(),
          held.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public long bytesAlone() {
      long bytes = 0;
      for (int place : held().slots()) {
        bytes += slots[place] == 1 ? SLOT_BYTES : 0;
      }
      for (int block : held().blocks()) {
        bytes += blocks[block] == 1 ? BLOCK_BYTES : 0;
      }
      return bytes;
    }

    @Override
    public void close() {
      if (closed) {
        throw new IllegalStateException("closed twice");
      }
      closed = true;
      dropSaved();
      held.forEach(block -> release(blocks, block));
      held.clear();
      if (slot != null) {
        release(slots, slot);
      }
    }
  }
}
