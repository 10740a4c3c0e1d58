package io.deltaport.engine.options;

import io.deltaport.engine.request.EngineException;
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
  private static final int MOST_DRAFT = 15;

  public static final EngineOptions DEFAULT =
      new EngineOptions(
          ModelOptions.DEFAULT, 0, 128, Duration.ZERO, 1024, 0.5, 0, 0, 0.5, Speculation.AUTO, 8);

  public EngineOptions {
    require(maxSequences >= 0, "maxSequences of at least 0", maxSequences);
    require(maxQueue >= 1, "maxQueue of at least 1", maxQueue);
    require(!queueTimeout.isNegative(), "a queueTimeout of at least 0", queueTimeout);
    require(chunk >= 1, "a chunk of at least 1", chunk);
    require(
        prefillShare > 0 && prefillShare <= 1, "a prefillShare above 0, at most 1", prefillShare);
    require(contextLength >= 0, "a contextLength of at least 0", contextLength);
    require(stateBytes >= 0, "stateBytes of at least 0", stateBytes);
    require(cacheShare >= 0 && cacheShare < 1, "a cacheShare of 0 to below 1", cacheShare);
    require(maxDraft >= 1 && maxDraft <= MOST_DRAFT, "a maxDraft of 1 to " + MOST_DRAFT, maxDraft);
  }

  private static void require(boolean holds, String expected, Object found) {
    if (!holds) {
      throw new EngineException(
          EngineException.Reason.REQUEST, "engine: expected " + expected + ", found " + found);
    }
  }

  /** Opens its model so. */
  public EngineOptions with(ModelOptions value) {
    return new EngineOptions(
        value,
        maxSequences,
        maxQueue,
        queueTimeout,
        chunk,
        prefillShare,
        contextLength,
        stateBytes,
        cacheShare,
        speculation,
        maxDraft);
  }

  /** At most so many outputs grow at the same time. */
  public EngineOptions withMaxSequences(int value) {
    return new EngineOptions(
        model,
        value,
        maxQueue,
        queueTimeout,
        chunk,
        prefillShare,
        contextLength,
        stateBytes,
        cacheShare,
        speculation,
        maxDraft);
  }

  /** At most so many requests wait. */
  public EngineOptions withMaxQueue(int value) {
    return new EngineOptions(
        model,
        maxSequences,
        value,
        queueTimeout,
        chunk,
        prefillShare,
        contextLength,
        stateBytes,
        cacheShare,
        speculation,
        maxDraft);
  }

  /** A request waits no longer. */
  public EngineOptions withQueueTimeout(Duration value) {
    return new EngineOptions(
        model,
        maxSequences,
        maxQueue,
        value,
        chunk,
        prefillShare,
        contextLength,
        stateBytes,
        cacheShare,
        speculation,
        maxDraft);
  }

  /** At most so many tokens of prompts in one step. */
  public EngineOptions withChunk(int value) {
    return new EngineOptions(
        model,
        maxSequences,
        maxQueue,
        queueTimeout,
        value,
        prefillShare,
        contextLength,
        stateBytes,
        cacheShare,
        speculation,
        maxDraft);
  }

  /** Prompts get this share of the time while outputs grow. */
  public EngineOptions withPrefillShare(double value) {
    return new EngineOptions(
        model,
        maxSequences,
        maxQueue,
        queueTimeout,
        chunk,
        value,
        contextLength,
        stateBytes,
        cacheShare,
        speculation,
        maxDraft);
  }

  /** Prompt and output have at most so many tokens. */
  public EngineOptions withContextLength(int value) {
    return new EngineOptions(
        model,
        maxSequences,
        maxQueue,
        queueTimeout,
        chunk,
        prefillShare,
        value,
        stateBytes,
        cacheShare,
        speculation,
        maxDraft);
  }

  /** So much memory for the state of sequences. */
  public EngineOptions withStateBytes(long value) {
    return new EngineOptions(
        model,
        maxSequences,
        maxQueue,
        queueTimeout,
        chunk,
        prefillShare,
        contextLength,
        value,
        cacheShare,
        speculation,
        maxDraft);
  }

  /** Prefixes of past requests may keep this share of it. */
  public EngineOptions withCacheShare(double value) {
    return new EngineOptions(
        model,
        maxSequences,
        maxQueue,
        queueTimeout,
        chunk,
        prefillShare,
        contextLength,
        stateBytes,
        value,
        speculation,
        maxDraft);
  }

  /** Tries these drafts. */
  public EngineOptions with(Speculation value) {
    return new EngineOptions(
        model,
        maxSequences,
        maxQueue,
        queueTimeout,
        chunk,
        prefillShare,
        contextLength,
        stateBytes,
        cacheShare,
        value,
        maxDraft);
  }

  /** A draft has at most so many tokens. */
  public EngineOptions withMaxDraft(int value) {
    return new EngineOptions(
        model,
        maxSequences,
        maxQueue,
        queueTimeout,
        chunk,
        prefillShare,
        contextLength,
        stateBytes,
        cacheShare,
        speculation,
        value);
  }

  /** Which drafts are tried. */
  public enum Speculation {
    /** What measures as faster: n-grams of what was there, or none. */
    AUTO,
    OFF,
    /** What followed the same tokens before, whether it pays or not. */
    NGRAM
  }
}
