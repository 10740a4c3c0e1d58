package io.deltaport.engine.cache;

import java.util.Map;

/**
 * What a prefix cache holds, and has done.
 *
 * @param entries states that it keeps
 * @param slots slots that those hold
 * @param blocks KV blocks that those hold, each counted once
 * @param bytes bytes of these slots and blocks
 * @param pathTokens tokens of the prompts that it remembers
 * @param queriedTokens tokens of prompts that were looked for
 * @param hitTokens how many of those were found
 * @param outcomes how often a prompt was found, or why it was not
 * @param inserted states that were taken in, by kind
 * @param evicted states that gave way, by kind
 * @param refused states that were not taken in: there already, too near to another, too large
 */
public record CacheStats(
    int entries,
    int slots,
    int blocks,
    long bytes,
    long pathTokens,
    long queriedTokens,
    long hitTokens,
    Map<Outcome, Long> outcomes,
    Map<Kind, Long> inserted,
    Map<Kind, Long> evicted,
    long refused) {
  public CacheStats {
    outcomes = Map.copyOf(outcomes);
    inserted = Map.copyOf(inserted);
    evicted = Map.copyOf(evicted);
  }
}
