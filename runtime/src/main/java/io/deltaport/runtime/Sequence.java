package io.deltaport.runtime;

import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.state.HeldState;
import io.deltaport.runtime.state.SequenceState;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One text in the making: its tokens, their KV blocks and linear-layer state. Made by {@link
 * Model#newSequence}, grown by {@link Model#run}. Belongs to one caller at a time; a second one at
 * the same time gets an error. Whatever fails leaves it as it was.
 */
public final class Sequence implements AutoCloseable {
  private final Model model;
  private final AtomicBoolean busy = new AtomicBoolean();
  private SequenceState state;
  private boolean closed;

  Sequence(Model model, SequenceState state) {
    this.model = model;
    this.state = state;
  }

  /** Tokens it has. */
  public long length() {
    return state.length();
  }

  /** The id of token {@code position}. */
  public int id(long position) {
    return state.id(Math.toIntExact(position));
  }

  /** The ids of all its tokens. */
  public int[] ids() {
    int[] ids = new int[state.length()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = state.id(i);
    }
    return ids;
  }

  /** Runs tokens for their state alone, in runs of {@link ModelOptions#chunk} tokens. */
  public void append(int... ids) {
    append(new Cancellation(), ids);
  }

  /** The same, which another thread may cancel: then the sequence has none of them. */
  public void append(Cancellation cancellation, int... ids) {
    if (ids.length <= model.options().chunk()) {
      feed(ids, cancellation);
      return;
    }
    try (Sequence work = fork()) {
      work.feed(ids, cancellation);
      take(work);
    }
  }

  private void feed(int[] ids, Cancellation cancellation) {
    int chunk = model.options().chunk();
    for (int from = 0; from < ids.length; from += chunk) {
      int[] next = Arrays.copyOfRange(ids, from, Math.min(ids.length, from + chunk));
      Step step = Step.of(this, next).logits(RowSelection.NONE);
      model.run(List.of(step), cancellation).close();
    }
  }

  /** A second sequence with the same tokens and state, sharing memory until they part. */
  public Sequence fork() {
    enter();
    try {
      return new Sequence(model, state.share());
    } finally {
      leave();
    }
  }

  /** The state as it is now. */
  public Snapshot snapshot() {
    enter();
    try {
      return new Snapshot(model, state.share());
    } finally {
      leave();
    }
  }

  /** Goes on from a snapshot of this or another sequence of the model; what it had is given up. */
  public void restore(Snapshot snapshot) {
    enter();
    try {
      replace(snapshot.share(model));
    } finally {
      leave();
    }
  }

  /**
   * Goes back to the first {@code length} tokens: to the nearest place saved at or before there
   * (see {@link SaveState}), else to the beginning, and runs the tokens from there again. The
   * result equals a fresh run of these tokens cut there, and costs nothing where the state was
   * saved.
   */
  public void crop(long length) {
    crop(length, new Cancellation());
  }

  /** The same, which another thread may cancel. */
  public void crop(long length, Cancellation cancellation) {
    if (length < 0 || length > length()) {
      throw new RunException(
          RunException.Reason.ARGUMENT,
          "crop to %d of a sequence of %d tokens".formatted(length, length()));
    }
    int target = (int) length;
    try (Sequence work = fork()) {
      int start = work.state.cut(target);
      int[] again = new int[target - start];
      for (int i = 0; i < again.length; i++) {
        again[i] = state.id(start + i);
      }
      work.feed(again, cancellation);
      take(work);
    }
  }

  /**
   * Gives back all but the {@code most} latest places of {@link SaveState#CHECKPOINT}: a crop below
   * them runs more tokens again.
   */
  public void dropCheckpoints(int most) {
    if (most < 0) {
      throw new RunException(
          RunException.Reason.ARGUMENT, "at least 0 checkpoints expected, found " + most);
    }
    enter();
    try {
      state.dropCheckpoints(most);
    } finally {
      leave();
    }
  }

  /** Which slots and blocks of the memory for state it holds, perhaps with others. */
  public HeldState held() {
    enter();
    try {
      return state.held();
    } finally {
      leave();
    }
  }

  /** Bytes of state that it alone holds: what closing it frees. */
  public long bytesAlone() {
    enter();
    try {
      return state.bytesAlone();
    } finally {
      leave();
    }
  }

  /** Gives its memory back; forks and snapshots live on. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    enter();
    closed = true;
    state.release();
    leave();
  }

  Model model() {
    return model;
  }

  SequenceState state() {
    return state;
  }

  /** Claims it for a call. */
  void enter() {
    if (closed) {
      throw new RunException(RunException.Reason.ARGUMENT, "this sequence is closed");
    }
    if (!busy.compareAndSet(false, true)) {
      throw new RunException(
          RunException.Reason.ARGUMENT, "this sequence is in use by another call or step");
    }
  }

  void leave() {
    busy.set(false);
  }

  /** Becomes what {@code other} is. */
  private void take(Sequence other) {
    enter();
    try {
      replace(other.state.share());
    } finally {
      leave();
    }
  }

  private void replace(SequenceState next) {
    SequenceState old = state;
    state = next;
    old.release();
  }
}
