package io.deltaport.runtime.state;

/**
 * What a sequence holds of the memory for state, perhaps with others.
 *
 * @param slots numbers of slots, each once
 * @param blocks numbers of KV blocks, each once
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HeldState(int[] slots, int[] blocks) {}
