package io.deltaport.engine.step;

import io.deltaport.loader.config.HeadType;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.state.StateUsage;
import java.util.List;

/**
 * What the engine needs of a model: sequences and packed steps. {@link RuntimeModel} is the real
 * one; tests follow a script. One thread at a time.
 */
public interface StepModel {
  /** Ids of a step are below this; logits have as many columns. */
  int vocabulary();

  /** Most tokens that a sequence is made for. */
  int contextLength();

  /** What a row gives: logits of tokens, or of labels. */
  HeadType head();

  /** An empty sequence. */
  StepSequence newSequence();

  /**
   * Runs parts packed, each sequence at most once. A run that fails or is cancelled leaves every
   * sequence as it was.
   */
  StepRun run(List<StepPart> parts, Cancellation cancellation);

  /** What its sequences hold of the memory for their state. */
  StateUsage usage();
}
