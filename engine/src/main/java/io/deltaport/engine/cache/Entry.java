package io.deltaport.engine.cache;

import io.deltaport.engine.step.StepSequence;
import io.deltaport.runtime.state.HeldState;
import org.jspecify.annotations.Nullable;

/** A state that is kept: nobody runs it, forks of it go on. */
final class Entry {
  private final Node node;
  private final StepSequence state;
  private final HeldState held;
  private Kind kind;
  private boolean wasHit;
  private long lastUse;

  Entry(Node node, StepSequence state, Kind kind, long now) {
    this.node = node;
    this.state = state;
    this.held = state.held();
    this.kind = kind;
    this.lastUse = now;
  }

  Node node() {
    return node;
  }

  StepSequence state() {
    return state;
  }

  /** Slots and blocks that it holds, perhaps with others. */
  HeldState held() {
    return held;
  }

  Kind kind() {
    return kind;
  }

  int length() {
    return node.depth();
  }

  long lastUse() {
    return lastUse;
  }

  /** Whether it is the first to go. */
  boolean onProbation() {
    return kind.startsOnProbation() && !wasHit;
  }

  boolean wasHit() {
    return wasHit;
  }

  void hit(long now) {
    wasHit = true;
    lastUse = now;
  }

  /** The same place was saved again, perhaps for a better reason. */
  void saveAgain(Kind reason, long now) {
    lastUse = now;
    if (kind.startsOnProbation()) {
      kind = reason;
    }
  }

  /** Tokens that must be read again if it goes: those after the next state above. */
  int tokensSaved() {
    @Nullable Entry above = node.entryAbove();
    return length() - (above == null ? 0 : above.length());
  }
}
