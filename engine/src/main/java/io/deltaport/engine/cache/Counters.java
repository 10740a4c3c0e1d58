package io.deltaport.engine.cache;

import java.util.EnumMap;
import java.util.Map;

/** What a cache has done so far. */
final class Counters {
  private long queriedTokens;
  private long hitTokens;
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Map<Kind, Long> inserted = new EnumMap<>(Kind.class);
  private final Map<Kind, Long> evicted = new EnumMap<>(Kind.class);
  private long refused;

  void count(Match match, int promptTokens) {
    queriedTokens += promptTokens;
    hitTokens += match.cached();
    outcomes.merge(match.outcome(), 1L, Long::sum);
  }

  void inserted(Kind kind) {
    inserted.merge(kind, 1L, Long::sum);
  }

  void evicted(Kind kind) {
    evicted.merge(kind, 1L, Long::sum);
  }

  void refused() {
    refused++;
  }

  CacheStats stats(int entries, int slots, int blocks, long bytes, long pathTokens) {
    return new CacheStats(
        entries,
        slots,
        blocks,
        bytes,
        pathTokens,
        queriedTokens,
        hitTokens,
        outcomes,
        inserted,
        evicted,
        refused);
  }
}
