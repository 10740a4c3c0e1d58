package io.deltaport.engine.step;

import io.deltaport.runtime.state.HeldState;

/**
 * The state of some tokens in a {@link StepModel}. Owns its memory; shares what it has in common.
 */
public interface StepSequence extends AutoCloseable {
  /** Tokens it has. */
  int length();

  /** The same tokens and state, sharing memory until they part. */
  StepSequence fork();

  /**
   * Goes back to its first tokens: at no cost to where a {@link StepPart} saved the state, else by
   * running tokens again.
   */
  void crop(int length);

  /** Gives back the places to crop to that a part asked to save. */
  void dropSaved();

  /** Which slots and blocks it holds, perhaps with others. */
  HeldState held();

  /** Bytes that nobody else holds: what closing it frees. */
  long bytesAlone();

  @Override
  void close();
}
