package io.deltaport.runtime;

/**
 * After which tokens of a step the state of the linear layers is kept, for {@link Sequence#crop}.
 */
public enum SaveRows {
  /** After the last, where the next step goes on. */
  LAST,
  /**
   * After the last, and it stays a place to crop to until the sequence is cropped below it or
   * closed.
   */
  CHECKPOINT,
  /**
   * After every token, until the sequence's next step: to verify a draft and keep what is accepted.
   * Costs a row of state a token.
   */
  EVERY
}
