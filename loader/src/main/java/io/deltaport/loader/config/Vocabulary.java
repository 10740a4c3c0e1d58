package io.deltaport.loader.config;

import java.util.List;
import java.util.OptionalLong;

/**
 * Token ids.
 *
 * @param size {@code vocab_size}: rows of the embedding
 * @param padTokenId may be negative on the hub, and then meets no token
 * @param bosTokenId the first token of a text, where there is one
 * @param eosTokenIds none, one or several
 */
public record Vocabulary(
    long size, OptionalLong padTokenId, OptionalLong bosTokenId, List<Long> eosTokenIds) {
  private static final long MOST_TOKENS = 1 << 24;

  /** Copies and checks. */
  public Vocabulary {
    eosTokenIds = List.copyOf(eosTokenIds);
    Rules rules = new Rules();
    rules.range("vocab_size", size, 1, MOST_TOKENS);
    padTokenId.ifPresent(id -> rules.range("pad_token_id", id, -size, size - 1));
    rules.check();
  }
}
