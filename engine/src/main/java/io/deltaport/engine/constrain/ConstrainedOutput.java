package io.deltaport.engine.constrain;

import io.deltaport.engine.sampling.Allowed;
import io.deltaport.grammar.Grammar;
import io.deltaport.grammar.GrammarMatcher;
import io.deltaport.grammar.TokenMask;
import org.jspecify.annotations.Nullable;

/**
 * Which tokens may come next in one output: any while it reasons, then those that its grammar lets
 * through; a call of a tool, where one may come, changes to the grammar of calls. Belongs to one
 * thread.
 */
public final class ConstrainedOutput implements AutoCloseable {
  private static final int[] NONE = {};

  private final Demand demand;
  private final @Nullable TokenMask mask;
  private @Nullable GrammarMatcher matcher;
  private boolean atStart;

  ConstrainedOutput(Demand demand) {
    this.demand = demand;
    this.mask =
        demand.answer() == null && demand.calls() == null
            ? null
            : new TokenMask(demand.vocabulary());
  }

  /**
   * What may come next.
   *
   * @param reasons whether the output is reasoning still
   */
  public Allowed allowed(boolean reasons) {
    if (matcher == null && demand.answer() != null && !reasons) {
      matcher = demand.answer().matcher();
      atStart = true;
    }
    if (matcher == null || mask == null) {
      return Allowed.ALL;
    }
    matcher.mask(mask);
    Allowed legal = mask::word;
    if (!atStart || demand.calls() == null || demand.call().isEmpty()) {
      return legal;
    }
    int call = demand.call().getAsInt();
    return index -> index == call >> 6 ? legal.word(index) | 1L << call : legal.word(index);
  }

  /** That token was picked. */
  public void accept(int id) {
    @Nullable Grammar calls = demand.calls();
    boolean opensCall = demand.call().isPresent() && demand.call().getAsInt() == id;
    if (calls != null && opensCall && (matcher == null || atStart)) {
      close();
      matcher = calls.matcher();
    }
    if (matcher != null) {
      matcher.consume(id);
    }
    atStart = atStart && demand.isBlank().test(id);
  }

  /** Whether nothing more may come. */
  public boolean isOver() {
    return matcher != null && matcher.isStopped();
  }

  /** Tokens that must come next, as far as that is sure. */
  public int[] forced() {
    return matcher == null ? NONE : matcher.forced();
  }

  @Override
  public void close() {
    if (matcher != null) {
      matcher.close();
      matcher = null;
    }
  }
}
