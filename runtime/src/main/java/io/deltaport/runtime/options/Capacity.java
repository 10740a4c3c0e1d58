package io.deltaport.runtime.options;

/**
 * Room for the state of all sequences of a model. It grows by doubling as they need it, up to
 * {@code maxBytes}.
 *
 * @param slots slots of linear-layer state to begin with; a sequence holds one, a second one while
 *     it runs, and one more for each saved place
 * @param tokens tokens of KV cache to begin with, over all sequences
 * @param maxBytes most bytes that the state may take, 0 = half of the memory that is available when
 *     it grows
 */
public record Capacity(long slots, long tokens, long maxBytes) {
  /** Room for a short sequence, which grows. */
  public static final Capacity DEFAULT = new Capacity(4, 1024, 0);

  public Capacity {
    if (slots < 1 || tokens < 1 || maxBytes < 0) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "capacity: slots and tokens must be at least 1, maxBytes at least 0, found %d, %d, %d"
              .formatted(slots, tokens, maxBytes));
    }
  }
}
