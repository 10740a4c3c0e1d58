package io.deltaport.runtime.options;

/**
 * Room for the state of all sequences of a model.
 *
 * @param slots slots of linear-layer state to begin with; a sequence holds one, a second one while
 *     it runs, and one more for each saved place
 * @param tokens tokens of KV cache to begin with, over all sequences; 0 = as many as {@code
 *     maxBytes} takes beside the slots
 * @param maxBytes most bytes that the state may take, 0 = half of the memory that is available when
 *     it grows
 * @param grows whether it grows, by doubling, as sequences need it; else a run that needs more is
 *     refused
 */
public record Capacity(long slots, long tokens, long maxBytes, boolean grows) {
  /** Room for a short sequence, which grows. */
  public static final Capacity DEFAULT = new Capacity(4, 1024, 0);

  public Capacity {
    if (slots < 1 || tokens < 0 || maxBytes < 0 || (tokens == 0 && maxBytes == 0)) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "capacity: slots and tokens must be at least 1, maxBytes at least 0, found %d, %d, %d"
              .formatted(slots, tokens, maxBytes));
    }
  }

  /** Room that grows. */
  public Capacity(long slots, long tokens, long maxBytes) {
    this(slots, tokens, maxBytes, true);
  }

  /**
   * Room of {@code bytes} in all, set aside at once, so that no sequence ever waits for memory to
   * be copied: so many slots, and as many tokens of KV cache as the rest takes. On a processor,
   * memory that is not used yet is not taken from the machine.
   */
  public static Capacity fixed(long slots, long bytes) {
    return new Capacity(slots, 0, bytes, false);
  }
}
