package io.deltaport.engine.cache;

import io.deltaport.engine.step.StepSequence;
import io.deltaport.runtime.state.HeldState;
import io.deltaport.runtime.state.StateUsage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * States that prompts led to, to go on from where a later prompt begins alike, to the token. It is
 * a radix tree of token ids for each salt; what one salt has read is not shared with another. A
 * state is one entry with all that it holds, slot and KV blocks: neither is of use without the
 * other. Bounded before it takes anything; runs hold their own references, so that what gives way
 * here harms none of them.
 *
 * <p>For one thread; {@link #stats} may be read from any.
 */
public final class PrefixCache implements AutoCloseable {
  /** Fewer tokens than this are sooner read again than kept. */
  public static final int MIN_GAIN = 64;

  /** Tokens of earlier prompts that are remembered, at four bytes each. */
  private static final long MOST_PATH_TOKENS = 4_000_000;

  /** Least tokens between two places of {@link Kind#SPINE}. */
  private static final int LEAST_SPACING = 4096;

  private final Supplier<StateUsage> usage;
  private final double share;
  private final int minGain;
  private final Paths paths;
  private final Set<Entry> entries = new LinkedHashSet<>();
  private final References slots = new References();
  private final References blocks = new References();
  private final Eviction eviction = new Eviction(this::bytesAlone);
  private final Counters counters = new Counters();
  private volatile CacheStats stats;
  private long now;

  /**
   * An empty cache.
   *
   * @param usage of the memory for state that its entries are part of
   * @param share most of the slots, and of the blocks, that entries may hold, from 0 to 1
   */
  public PrefixCache(Supplier<StateUsage> usage, double share) {
    this(usage, share, MIN_GAIN, MOST_PATH_TOKENS);
  }

  PrefixCache(Supplier<StateUsage> usage, double share, int minGain, long mostPathTokens) {
    this.usage = usage;
    this.share = share;
    this.minGain = minGain;
    this.paths = new Paths(mostPathTokens);
    this.stats = currentStats();
  }

  /** How many tokens {@link #match} would find; nothing is counted or changed. */
  public int cached(String salt, int... prompt) {
    @Nullable Entry entry = paths.walk(salt, prompt).deepest(prompt.length - 1);
    return entry == null ? 0 : entry.length();
  }

  /**
   * Looks for the longest kept state that a prompt begins with. The prompt's last token is left to
   * run: its scores are wanted.
   */
  public Match match(String salt, int... prompt) {
    now++;
    Walk walk = paths.walk(salt, prompt);
    @Nullable Entry entry = walk.deepest(prompt.length - 1);
    Match match;
    if (entry == null) {
      match = new Match(Optional.empty(), 0, why(walk), walk.common());
    } else {
      entry.hit(now);
      match =
          new Match(Optional.of(entry.state().fork()), entry.length(), Outcome.HIT, walk.common());
    }
    counters.count(match, prompt.length);
    stats = currentStats();
    return match;
  }

  private Outcome why(Walk walk) {
    if (walk.common() == 0) {
      return Outcome.NO_PATH;
    }
    if (walk.passesEvicted()) {
      return Outcome.EVICTED;
    }
    return walk.common() < minGain ? Outcome.TOO_SHORT : Outcome.NO_STATE;
  }

  /**
   * Where the state of a prompt is worth saving while it is read, in rising order; and remembers
   * where the prompt goes.
   *
   * @param from tokens of it that are there already
   * @param hints places that the caller knows of, best first
   */
  public List<SavePoint> savePoints(String salt, int[] prompt, int from, List<SavePoint> hints) {
    now++;
    Walk walk = paths.walk(salt, prompt);
    SavePoints points = new SavePoints(from, prompt.length, minGain);
    if (walk.parts()) {
      points.add(Math.min(walk.common(), prompt.length - 1), Kind.JUNCTION);
    }
    hints.forEach(hint -> points.add(hint.length(), hint.kind()));
    SavePoints.spine(prompt.length, spacing()).forEach(place -> points.add(place, Kind.SPINE));
    paths.add(salt, prompt, prompt.length, now);
    stats = currentStats();
    return points.inOrder();
  }

  /** So that a spine's slots never outweigh half of its KV cache. */
  private int spacing() {
    StateUsage sizes = usage.get();
    long tokenBytes = Math.max(1, sizes.blockBytes() / sizes.blockTokens());
    long spacing = Math.max(LEAST_SPACING, 2 * sizes.slotBytes() / tokenBytes);
    return (int) Math.min(Integer.MAX_VALUE / 2, spacing);
  }

  /**
   * Takes a state in, which is the cache's from now on: it is closed where it is not worth its
   * place. Others give way to it first.
   *
   * @param ids what it was read from, at least as many as it has tokens
   * @return whether it was taken
   */
  public boolean insert(String salt, int[] ids, StepSequence state, Kind kind) {
    now++;
    state.dropSaved();
    boolean taken = state.length() > 0 && take(salt, ids, state, kind);
    if (!taken) {
      state.close();
      counters.refused();
    }
    stats = currentStats();
    return taken;
  }

  private boolean take(String salt, int[] ids, StepSequence state, Kind kind) {
    Node node = paths.add(salt, ids, state.length(), now);
    @Nullable Entry same = node.entry();
    if (same != null) {
      same.saveAgain(kind, now);
      return false;
    }
    Entry entry = new Entry(node, state, kind, now);
    if (entry.tokensSaved() < minGain || !makeRoom(entry.held())) {
      return false;
    }
    node.keep(entry);
    entries.add(entry);
    slots.add(entry.held().slots());
    blocks.add(entry.held().blocks());
    counters.inserted(kind);
    if (kind == Kind.SPINE) {
      thin(entry);
    }
    return true;
  }

  /** Has others give way until this fits; nobody does where it never can. */
  private boolean makeRoom(HeldState held) {
    StateUsage all = usage.get();
    int mostSlots = (int) (share * all.slotCapacity());
    int mostBlocks = (int) (share * all.blockCapacity());
    if (held.slots().length > mostSlots || held.blocks().length > mostBlocks) {
      return false;
    }
    while (slots.heldWith(held.slots()) > mostSlots
        || blocks.heldWith(held.blocks()) > mostBlocks) {
      evictFirst(entries);
    }
    return true;
  }

  /** Drops the place of a path's spine that leaves the smallest hole, measured from the end. */
  private void thin(Entry last) {
    List<Entry> spine = new ArrayList<>();
    for (@Nullable Entry entry = last; entry != null; entry = entry.node().entryAbove()) {
      if (entry.kind() == Kind.SPINE && !entry.wasHit()) {
        spine.add(entry);
      }
    }
    if (spine.size() <= SavePoints.MOST_SPINE) {
      return;
    }
    @Nullable Entry surplus = null;
    double smallest = Double.POSITIVE_INFINITY;
    for (int i = 1; i < spine.size(); i++) {
      int below = i + 1 < spine.size() ? spine.get(i + 1).length() : 0;
      double hole = spine.get(i - 1).length() - below;
      double measured = hole / (last.length() - below);
      if (measured < smallest) {
        smallest = measured;
        surplus = spine.get(i);
      }
    }
    if (surplus != null) {
      evict(surplus);
    }
  }

  /**
   * Has entries give way until so many slots and blocks are free, all of them if need be. Entries
   * that free nothing, because runs hold all that they do, stay.
   *
   * @return whether so many are free now
   */
  public boolean giveWay(int freeSlots, int freeBlocks) {
    while (isShort(freeSlots, freeBlocks)) {
      List<Entry> useful =
          entries.stream().filter(entry -> entry.state().bytesAlone() > 0).toList();
      if (useful.isEmpty()) {
        break;
      }
      evictFirst(useful);
    }
    stats = currentStats();
    return !isShort(freeSlots, freeBlocks);
  }

  private boolean isShort(int freeSlots, int freeBlocks) {
    StateUsage all = usage.get();
    return all.freeSlots() < freeSlots || all.freeBlocks() < freeBlocks;
  }

  private long bytesAlone(Entry entry) {
    StateUsage sizes = usage.get();
    return slots.alone(entry.held().slots()) * sizes.slotBytes()
        + blocks.alone(entry.held().blocks()) * sizes.blockBytes();
  }

  private void evictFirst(Collection<Entry> of) {
    @Nullable Entry first = eviction.first(of);
    if (first == null) {
      throw new IllegalStateException("an empty cache holds something");
    }
    evict(first);
  }

  private void evict(Entry entry) {
    counters.evicted(entry.kind());
    entry.node().evict();
    entries.remove(entry);
    release(entry);
  }

  private void release(Entry entry) {
    slots.remove(entry.held().slots());
    blocks.remove(entry.held().blocks());
    entry.state().close();
  }

  /** Gives everything back and forgets all prompts. */
  public void clear() {
    entries.forEach(this::release);
    entries.clear();
    paths.clear();
    stats = currentStats();
  }

  /** What it holds, and has done; from any thread. */
  public CacheStats stats() {
    return stats;
  }

  private CacheStats currentStats() {
    StateUsage sizes = usage.get();
    return counters.stats(
        entries.size(),
        slots.held(),
        blocks.held(),
        slots.held() * sizes.slotBytes() + blocks.held() * sizes.blockBytes(),
        paths.tokens());
  }

  @Override
  public void close() {
    clear();
  }
}
