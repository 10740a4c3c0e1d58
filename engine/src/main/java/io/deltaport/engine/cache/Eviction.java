package io.deltaport.engine.cache;

import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which state goes first: of those on probation, else of all, the one that was used longest ago and
 * saves the fewest tokens for its bytes.
 */
final class Eviction {
  /** What the best saving counts beside the latest use. */
  private static final double SAVING = 0.5;

  private final ToLongFunction<Entry> bytes;

  /**
   * @param bytes what the cache no longer holds without that entry
   */
  Eviction(ToLongFunction<Entry> bytes) {
    this.bytes = bytes;
  }

  /** The first to go, none of none. */
  @Nullable Entry first(Collection<Entry> entries) {
    List<Entry> onProbation = entries.stream().filter(Entry::onProbation).toList();
    return worst(onProbation.isEmpty() ? List.copyOf(entries) : onProbation);
  }

  private @Nullable Entry worst(List<Entry> entries) {
    long oldest = entries.stream().mapToLong(Entry::lastUse).min().orElse(0);
    long newest = entries.stream().mapToLong(Entry::lastUse).max().orElse(0);
    double best = entries.stream().mapToDouble(this::saving).max().orElse(0);
    @Nullable Entry worst = null;
    double least = Double.POSITIVE_INFINITY;
    for (Entry entry : entries) {
      double recency = ratio((double) entry.lastUse() - oldest, (double) newest - oldest);
      double score = recency + SAVING * ratio(saving(entry), best);
      if (score < least) {
        least = score;
        worst = entry;
      }
    }
    return worst;
  }

  /** Tokens that need not be read again, a byte. */
  private double saving(Entry entry) {
    return (double) entry.tokensSaved() / Math.max(1, bytes.applyAsLong(entry));
  }

  private static double ratio(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
