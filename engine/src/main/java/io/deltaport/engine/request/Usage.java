package io.deltaport.engine.request;

import java.time.Duration;

/**
 * What a request took.
 *
 * @param promptTokens tokens of the prompt
 * @param cachedTokens how many of them were read for an earlier request
 * @param outputTokens tokens of all outputs, stop tokens included
 * @param reasoningTokens how many of those belong to reasoning
 * @param draftedTokens drafts that were verified
 * @param acceptedTokens how many of those became output
 * @param seed the draws' seed: the same seed, model and options give the same tokens
 * @param queued from submission until its prompt began
 * @param firstToken from submission until its first token
 * @param total from submission until its end
 */
public record Usage(
    int promptTokens,
    int cachedTokens,
    int outputTokens,
    int reasoningTokens,
    int draftedTokens,
    int acceptedTokens,
    long seed,
    Duration queued,
    Duration firstToken,
    Duration total) {}
