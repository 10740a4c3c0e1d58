package io.deltaport.runtime;

import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.state.SequenceState;

/**
 * The state of a sequence at one moment, for reuse of a common prefix: {@link Sequence#restore}
 * continues from it bit by bit as the sequence itself would have. Shares memory with the sequence,
 * copies nothing; closed by its owner.
 */
public final class Snapshot implements AutoCloseable {
  private final Model model;
  private final SequenceState state;
  private boolean closed;

  Snapshot(Model model, SequenceState state) {
    this.model = model;
    this.state = state;
  }

  /** Tokens it holds. */
  public long length() {
    return state.length();
  }

  /** The id of token {@code position}. */
  public int id(long position) {
    return state.id(Math.toIntExact(position));
  }

  synchronized SequenceState share(Model user) {
    if (closed) {
      throw new RunException(RunException.Reason.ARGUMENT, "this snapshot is closed");
    }
    if (user != model) {
      throw new RunException(
          RunException.Reason.ARGUMENT, "this snapshot belongs to another model");
    }
    return state.share();
  }

  /** Gives its memory back; sequences restored from it live on. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      state.release();
    }
  }
}
