package io.deltaport.engine.options;

import io.deltaport.runtime.options.ModelOptions;
import java.time.Duration;

/**
 * How an engine works.
 *
 * @param model how its model is opened
 * @param maxSequences most outputs that grow at the same time; 0 = as the memory for state allows,
 *     at most 64
 * @param maxQueue most requests that wait; further ones are refused
 * @param queueTimeout longest wait of a request without a deadline of its own; zero = none
 * @param chunk most tokens of prompts in one step
 * @param prefillShare share of the time, above 0, at most 1, that prompts get while outputs grow
 * @param contextLength most tokens of prompt and output together; 0 = as the model and the memory
 *     for state allow
 * @param stateBytes memory for the state of sequences, cached prefixes included; 0 = a share of
 *     what the machine or container has
 * @param cacheShare share of that memory, 0 to below 1, that prefixes of past requests may keep
 * @param speculation which drafts are tried
 * @param maxDraft most tokens of a draft
 */
public record EngineOptions(
    ModelOptions model,
    int maxSequences,
    int maxQueue,
    Duration queueTimeout,
    int chunk,
    double prefillShare,
    int contextLength,
    long stateBytes,
    double cacheShare,
    Speculation speculation,
    int maxDraft) {
  public static final EngineOptions DEFAULT =
      new EngineOptions(
          ModelOptions.DEFAULT, 0, 128, Duration.ZERO, 1024, 0.5, 0, 0, 0.5, Speculation.AUTO, 8);

  /** Which drafts are tried. */
  public enum Speculation {
    /** What measures as faster: n-grams of what was there, the MTP head, or none. */
    AUTO,
    OFF,
    NGRAM,
    MTP
  }
}
