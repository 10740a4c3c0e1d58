package io.deltaport.engine.run;

import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.EngineException;
import io.deltaport.runtime.state.StateUsage;

/**
 * How the memory for state is shared out: slots and blocks, and what follows from them.
 *
 * @param sequences most outputs that grow at the same time
 * @param contextLength most tokens of prompt and output together
 * @param slots slots in all
 * @param blocks blocks in all
 * @param cacheBytes memory of those that prefixes of past requests may hold
 */
public record StateBudget(
    int sequences, int contextLength, long slots, long blocks, long cacheBytes) {
  private static final int SEQUENCES = 16;

  /** One part in so many of the memory that could be had. */
  private static final int SHARE = 4;

  /** Prefixes are seldom more than this many an output. */
  private static final int CACHED = 8;

  /**
   * Shares out.
   *
   * @param sizes bytes of a slot and of a block
   * @param modelContext tokens that the model is made for
   * @param available bytes that could be had, a share of which is taken where the options say none
   */
  public static StateBudget of(
      EngineOptions options, StateUsage sizes, int modelContext, long available) {
    long bytes = options.stateBytes() > 0 ? options.stateBytes() : available / SHARE;
    int context = context(options, modelContext);
    int wanted = options.maxSequences() > 0 ? options.maxSequences() : SEQUENCES;
    int sequences = wanted;
    if (sizes.slotBytes() > 0) {
      long most = bytes / 2 / sizes.slotBytes();
      int fit = (int) Math.min(wanted, (most - options.maxDraft()) / 2);
      sequences = options.maxSequences() > 0 ? wanted : Math.max(1, fit);
    }
    long least = 2L * sequences + draftSlots(options, sizes, bytes, sequences);
    long cached = cachedSlots(options, sizes, bytes, sequences);
    long slots = least + cached;
    long left = bytes - slots * sizes.slotBytes();
    long perContext = (context - 1) / sizes.blockTokens() + 2L;
    long blocks =
        Math.min(left / Math.max(1, sizes.blockBytes()), perContext * (sequences + CACHED));
    if (blocks < 3) {
      throw new EngineException(
          EngineException.Reason.MODEL,
          "the memory for state, %d bytes, does not take %d outputs of %d bytes each"
              .formatted(bytes, sequences, 2 * sizes.slotBytes()));
    }
    long tokens = (blocks - 2) * sizes.blockTokens();
    return new StateBudget(
        sequences,
        (int) Math.min(context, tokens),
        slots,
        blocks,
        (long) (options.cacheShare() * (slots * sizes.slotBytes() + blocks * sizes.blockBytes())));
  }

  /** A draft saves the state after each of its tokens; where that does not fit, none is tried. */
  private static long draftSlots(
      EngineOptions options, StateUsage sizes, long bytes, int sequences) {
    long wanted = options.maxDraft() + 1L;
    return sizes.slotBytes() == 0
        ? wanted
        : Math.max(0, Math.min(wanted, bytes / 2 / sizes.slotBytes() - 2L * sequences));
  }

  private static int context(EngineOptions options, int modelContext) {
    return options.contextLength() > 0
        ? Math.min(options.contextLength(), modelContext)
        : modelContext;
  }

  private static long cachedSlots(
      EngineOptions options, StateUsage sizes, long bytes, int sequences) {
    long most = (long) CACHED * sequences;
    return sizes.slotBytes() == 0
        ? most
        : Math.min(most, (long) (options.cacheShare() * bytes / 2) / sizes.slotBytes());
  }
}
