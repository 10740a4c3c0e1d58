package io.deltaport.runtime;

import io.deltaport.directory.ModelInfo;
import io.deltaport.directory.Progress;
import io.deltaport.directory.graph.Port;
import io.deltaport.runtime.open.ModelResources;
import io.deltaport.runtime.options.ModelOptions;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.run.GraphRunner;
import io.deltaport.runtime.run.Packing;
import io.deltaport.runtime.run.RunOutputs;
import io.deltaport.runtime.state.HiddenState;
import io.deltaport.runtime.state.SequenceState;
import io.deltaport.runtime.state.StatePool;
import io.deltaport.runtime.state.StateUsage;
import io.deltaport.runtime.state.TokenAdvance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model that is open: weights, kernels, and the state of all its sequences. Shared and
 * thread-safe; its runs are serialised. A run that fails or is cancelled leaves every sequence as
 * it was.
 */
public final class Model implements AutoCloseable {
  private static final int[] NO_TOKENS = {};

  private final ModelResources resources;
  private final StatePool pool;
  private final GraphRunner runner;
  private final ReentrantLock running = new ReentrantLock();
  private @Nullable MtpHead mtp;
  private boolean closed;

  private Model(ModelResources resources) {
    this.resources = resources;
    this.pool = resources.pool();
    this.runner = resources.runner();
  }

  /** Opens a model directory or a checkpoint with {@link ModelOptions#DEFAULT}. */
  public static Model open(Path path) {
    return open(path, ModelOptions.DEFAULT);
  }

  /**
   * Opens a model directory, or a checkpoint, which is converted to a temporary directory (its
   * weights stay where they are) that goes when the model is closed.
   */
  public static Model open(Path path, ModelOptions options) {
    return open(path, options, Progress.NONE);
  }

  /** The same; {@code progress} is told of the stages that take long. */
  public static Model open(Path path, ModelOptions options, Progress progress) {
    return new Model(ModelResources.open(path, options, progress));
  }

  /** What it takes and gives: vocabulary, head, context length. */
  public ModelInfo info() {
    return resources.info();
  }

  /** How it was opened; its memory is decided, and the CPUs that its threads are pinned to. */
  public ModelOptions options() {
    return resources.options();
  }

  /** Where its files are: the graph, {@code config.json}, {@code tokenizer.json} and so on. */
  public Path directory() {
    return resources.directory();
  }

  /** Names of the graph's outputs. */
  public List<String> outputs() {
    return List.copyOf(runner.graph().outputs());
  }

  /** Bytes that the state of its sequences takes now. */
  public long stateBytes() {
    return pool.bytes();
  }

  /** What its sequences hold of that memory. */
  public StateUsage stateUsage() {
    return pool.usage();
  }

  /** Bytes that could still be had where that memory lies, the machine's or the GPU's. */
  public long availableStateBytes() {
    return pool.available();
  }

  /**
   * Sets memory for state aside, in all so many slots and blocks, so that no run waits for memory
   * to be copied; a run that needs more is refused from then on.
   */
  public void reserveState(long slots, long blocks) {
    running.lock();
    try {
      checkOpen();
      pool.reserve(slots, blocks);
    } finally {
      running.unlock();
    }
  }

  StatePool pool() {
    return pool;
  }

  /** An empty sequence. */
  public Sequence newSequence() {
    return new Sequence(this, new SequenceState(pool));
  }

  /** Its MTP head, where it was converted with one. */
  public Optional<MtpHead> mtp() {
    running.lock();
    try {
      checkOpen();
      if (mtp == null && resources.hasMtp()) {
        mtp = new MtpHead(this, resources.openMtp());
      }
      return Optional.ofNullable(mtp);
    } finally {
      running.unlock();
    }
  }

  /**
   * Runs steps of any kind together, packed: prompts, chunks, single tokens, drafts. A sequence may
   * be in a run once.
   */
  public StepResult run(List<Step> steps) {
    return run(steps, new Cancellation());
  }

  /** The same, which another thread may cancel. */
  public StepResult run(List<Step> steps, Cancellation cancellation) {
    List<Sequence> sequences = new ArrayList<>(steps.size());
    for (Step step : steps) {
      sequences.add(step.sequence());
    }
    return exclusively(sequences, () -> runClaimed(steps, cancellation));
  }

  private StepResult runClaimed(List<Step> steps, Cancellation cancellation) {
    Packing packing = runner.packing();
    List<TokenAdvance> advances = new ArrayList<>(steps.size());
    for (Step step : steps) {
      checkIds(step);
      TokenAdvance advance = step.advance();
      step.wanted().add(advance, resources.hasMtp() ? advance.savedTokens() : NO_TOKENS, packing);
      advances.add(advance);
    }
    RunOutputs outputs = cancellation.run(runner, () -> runner.run(packing));
    for (int i = 0; i < advances.size(); i++) {
      advances.get(i).commit(kept(packing.parts().get(i), outputs));
    }
    return new StepResult(outputs, packing.parts());
  }

  /** The hidden states that a sequence keeps for its MTP head. */
  private static List<HiddenState> kept(Packing.Part part, RunOutputs outputs) {
    if (part.kept() == 0) {
      return List.of();
    }
    List<HiddenState> kept = new ArrayList<>(part.kept());
    for (int i = 0; i < part.kept(); i++) {
      int row = part.firstHidden() + part.hidden() + i;
      kept.add(HiddenState.copyOf(outputs.floats(Port.LAST_HIDDEN_STATE.key(), row, 1)));
    }
    return kept;
  }

  /** Claims sequences and the pool for one run. */
  <T> T exclusively(List<Sequence> sequences, Supplier<T> run) {
    if (sequences.isEmpty()) {
      throw wrong("a run needs at least one step");
    }
    claim(sequences);
    try {
      running.lock();
      try {
        checkOpen();
        return run.get();
      } finally {
        running.unlock();
      }
    } finally {
      sequences.forEach(Sequence::leave);
    }
  }

  private void claim(List<Sequence> sequences) {
    int claimed = 0;
    try {
      for (Sequence sequence : sequences) {
        if (sequence.model() != this) {
          throw wrong("a sequence belongs to another model");
        }
        sequence.enter();
        claimed++;
      }
    } catch (RunException e) {
      sequences.subList(0, claimed).forEach(Sequence::leave);
      throw e;
    }
  }

  private void checkIds(Step step) {
    long vocab = info().vocabSize();
    for (int i = 0; i < step.tokens(); i++) {
      if (step.id(i) < 0 || step.id(i) >= vocab) {
        throw wrong(
            "token %d of a step is %d, ids are 0 to %d".formatted(i, step.id(i), vocab - 1));
      }
    }
  }

  private void checkOpen() {
    if (closed) {
      throw wrong("this model is closed");
    }
  }

  private static RunException wrong(String message) {
    return new RunException(RunException.Reason.ARGUMENT, message);
  }

  /** Waits for a run in progress, then lets everything go; its sequences are of no use then. */
  @Override
  public void close() {
    running.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      if (mtp != null) {
        mtp.close();
      }
      resources.close();
    } finally {
      running.unlock();
    }
  }
}
