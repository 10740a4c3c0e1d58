package io.deltaport.engine.constrain;

import io.deltaport.grammar.Grammar;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What outputs of a request must be. Closed when the request is over.
 *
 * @param answer of the text after the reasoning, null = any
 * @param calls of tool calls, from the token that opens one; null = any
 * @param call the token that opens a call
 * @param isBlank whether a token is white space
 * @param vocabulary rows of logits
 */
public record Demand(
    @Nullable Grammar answer,
    @Nullable Grammar calls,
    OptionalInt call,
    IntPredicate isBlank,
    int vocabulary)
    implements AutoCloseable {
  /** Any text. */
  public static final Demand NONE = new Demand(null, null, OptionalInt.empty(), id -> false, 0);

  /** Follows one output. */
  public ConstrainedOutput output() {
    return new ConstrainedOutput(this);
  }

  @Override
  public void close() {
    if (answer != null) {
      answer.close();
    }
    if (calls != null) {
      calls.close();
    }
  }
}
