package io.deltaport.engine.request;

import io.deltaport.runtime.state.StateUsage;

/**
 * What an engine does now, and has done.
 *
 * @param waiting requests in the queue
 * @param running requests that are being worked on
 * @param state memory for the state of sequences
 * @param cacheEntries prefixes that are kept
 * @param cacheBytes memory that they alone hold
 * @param promptTokens tokens of prompts so far
 * @param cachedTokens how many of those were not read again
 * @param outputTokens tokens of outputs so far
 * @param finished requests that finished
 * @param failed requests that failed
 * @param cancelled requests that were cancelled
 * @param preempted how often an output gave up its state and was read again
 * @param drafted drafted tokens that were verified
 * @param accepted how many of those became output
 * @param steps steps of the model
 * @param isStuck whether there is work and no step has ended for a minute
 */
public record EngineStats(
    int waiting,
    int running,
    StateUsage state,
    int cacheEntries,
    long cacheBytes,
    long promptTokens,
    long cachedTokens,
    long outputTokens,
    long finished,
    long failed,
    long cancelled,
    long preempted,
    long drafted,
    long accepted,
    long steps,
    boolean isStuck) {}
