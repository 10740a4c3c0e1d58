package io.deltaport.runtime;

import io.deltaport.directory.Progress;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.runtime.state.Advance;
import io.deltaport.runtime.state.SequenceState;
import io.deltaport.runtime.state.StatePool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private final OpenModel open;
  private final StatePool pool;
  private final GraphRunner runner;
  private final ReentrantLock running = new ReentrantLock();
  private @Nullable MtpHead mtp;
  private boolean closed;

  private Model(OpenModel open) {
    this.open = open;
    this.pool = open.pool();
    this.runner = open.runner();
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
    return new Model(OpenModel.open(path, options, progress));
  }

  /** Its {@code config.json}. */
  public ModelConfig config() {
    return open.config();
  }

  /** How it was opened; its memory is decided, and the CPUs that its threads are pinned to. */
  public ModelOptions options() {
    return open.options();
  }

  /** Where its files are: the graph, {@code config.json}, {@code tokenizer.json} and so on. */
  public Path directory() {
    return open.directory();
  }

  /** Names of the graph's outputs. */
  public List<String> outputs() {
    return List.copyOf(runner.graph().outputs());
  }

  /** Bytes that the state of its sequences takes now. */
  public long stateBytes() {
    return pool.bytes();
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
      if (mtp == null && open.hasMtp()) {
        mtp = new MtpHead(this, open.openMtp());
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
    return exclusively(steps, () -> runClaimed(steps, cancellation));
  }

  private StepResult runClaimed(List<Step> steps, Cancellation cancellation) {
    Packing packing = Packing.of(steps, runner.graph());
    List<Advance> advances = new ArrayList<>(steps.size());
    List<StepTokens> tokens = new ArrayList<>(steps.size());
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      checkIds(step);
      advances.add(Advance.ofModel(step.sequence().state(), step.tokens(), step.save()));
      tokens.add(
          open.hasMtp() ? StepTokens.keeping(step, packing.part(i), packing) : StepTokens.of(step));
    }
    RunOutputs outputs = runner.run(packing, advances, hidden -> {}, cancellation);
    FloatRows hidden = outputs.table(GraphNames.LAST_HIDDEN_STATE);
    for (int i = 0; i < steps.size(); i++) {
      tokens.get(i).take(hidden);
      advances.get(i).commit(tokens.get(i));
    }
    return new StepResult(outputs, packing);
  }

  /** Runs a padded batch with a new sequence for each row; the sequences are the caller's. */
  public PaddedResult runPadded(PaddedBatch batch) {
    List<Sequence> sequences = new ArrayList<>();
    for (int b = 0; b < batch.batch(); b++) {
      sequences.add(newSequence());
    }
    try {
      return runPadded(batch, sequences);
    } catch (RuntimeException | Error e) {
      sequences.forEach(Sequence::close);
      throw e;
    }
  }

  /** Goes on with sequences of an earlier run, one a row. */
  public PaddedResult runPadded(PaddedBatch batch, List<Sequence> sequences) {
    if (sequences.size() != batch.batch()) {
      throw wrong(
          "a sequence for each of %d rows expected, found %d"
              .formatted(batch.batch(), sequences.size()));
    }
    PaddedRun run = pack(batch, sequences);
    return run.result(run(run.steps()), sequences);
  }

  private PaddedRun pack(PaddedBatch batch, List<Sequence> sequences) {
    boolean base = config().architecture().head() == HeadType.BASE_MODEL;
    RowSelection hidden =
        batch.hidden() != null ? batch.hidden() : base ? RowSelection.ALL : RowSelection.NONE;
    if (config().architecture().head() == HeadType.SEQUENCE_CLASSIFICATION) {
      if (batch.logits() != null) {
        throw wrong("sequence classification pools its own row of logits");
      }
      return PaddedRun.pooled(batch, sequences, config().vocabulary().padTokenId(), hidden);
    }
    RowSelection logits =
        batch.logits() != null ? batch.logits() : base ? RowSelection.NONE : RowSelection.ALL;
    return PaddedRun.ofTokens(batch, sequences, logits, hidden);
  }

  /** Puts beams in another order: sequence {@code i} becomes what {@code beamIdx[i]} was. */
  public void reorder(List<Sequence> beams, int... beamIdx) {
    if (beams.size() != beamIdx.length
        || Arrays.stream(beamIdx).anyMatch(beam -> beam < 0 || beam >= beams.size())) {
      throw wrong(
          "reorder: %d indices of 0 to %d expected, found %s"
              .formatted(beams.size(), beams.size() - 1, Arrays.toString(beamIdx)));
    }
    claim(beams);
    try {
      List<SequenceState> next = new ArrayList<>(beams.size());
      for (int beam : beamIdx) {
        next.add(beams.get(beam).state().share());
      }
      for (int i = 0; i < beams.size(); i++) {
        beams.get(i).replace(next.get(i));
      }
    } finally {
      beams.forEach(Sequence::leave);
    }
  }

  /** Runs tokens for their state alone, in chunks. */
  void feed(Sequence sequence, int[] ids, Cancellation cancellation) {
    for (int from = 0; from < ids.length; from += options().chunk()) {
      int to = Math.min(ids.length, from + options().chunk());
      Step step = Step.of(sequence, Arrays.copyOfRange(ids, from, to));
      run(List.of(step.logits(RowSelection.NONE)), cancellation).close();
    }
  }

  /**
   * Takes a state back to a place from which {@code target} can be reached by running tokens; gives
   * that place.
   */
  int cut(SequenceState state, int target) {
    if (open.hasRows()) {
      int start = state.nearestSaved(target);
      state.cutToSaved(start, target);
      return start;
    }
    int start = open.hasMtp() && target < state.length() ? Math.max(0, target - 1) : target;
    state.cutRowless(start, target);
    return start;
  }

  /** Claims the requests' sequences and the pool for one run. */
  <T> T exclusively(List<? extends SequenceRequest> requests, Supplier<T> run) {
    if (requests.isEmpty()) {
      throw wrong("a run needs at least one step");
    }
    List<Sequence> sequences = requests.stream().map(SequenceRequest::sequence).toList();
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
    long vocab = config().vocabulary().size();
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
      open.close();
    } finally {
      running.unlock();
    }
  }
}
