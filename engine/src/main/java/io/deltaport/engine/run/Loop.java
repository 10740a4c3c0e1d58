package io.deltaport.engine.run;

import io.deltaport.engine.cache.Kind;
import io.deltaport.engine.cache.Match;
import io.deltaport.engine.cache.PrefixCache;
import io.deltaport.engine.cache.SavePoint;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.options.EngineOptions.Speculation;
import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.EngineException.Reason;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.schedule.PromptShare;
import io.deltaport.engine.schedule.StepPlan;
import io.deltaport.engine.schedule.StepPlan.Wish;
import io.deltaport.engine.schedule.StepTimes;
import io.deltaport.engine.step.StepModel;
import io.deltaport.engine.step.StepPart;
import io.deltaport.engine.step.StepRun;
import io.deltaport.engine.step.StepSequence;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.options.RunException;
import io.deltaport.runtime.state.StateUsage;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The engine's thread: lets requests in, plans a step, runs it, says what came of it. It alone
 * touches the model, its sequences and the cache.
 */
final class Loop {
  private static final System.Logger LOGGER = System.getLogger("io.deltaport.engine");
  private static final int MOST_PREEMPTIONS = 3;
  private static final long IDLE_MILLISECONDS = 500;

  private final StepModel model;
  private final EngineOptions options;
  private final int maxSequences;
  private final PrefixCache cache;
  private final Inbox inbox;
  private final Counters counters;
  private final PromptShare promptShare;
  private final StepTimes times = new StepTimes();
  private final Set<Job> jobs = new LinkedHashSet<>(); // those that have begun
  private final List<Lane> lanes = new ArrayList<>(); // their outputs that are not over
  private volatile @Nullable Lone lone;

  /** A step of one request alone, which its cancelling ends at once. */
  private record Lone(Job job, Cancellation cancellation) {}

  Loop(
      StepModel model,
      EngineOptions options,
      int maxSequences,
      PrefixCache cache,
      Inbox inbox,
      Counters counters) {
    this.model = model;
    this.options = options;
    this.maxSequences = maxSequences;
    this.cache = cache;
    this.inbox = inbox;
    this.counters = counters;
    this.promptShare = new PromptShare(options.prefillShare());
  }

  /** Works until the inbox is closed; what is left then is failed and all memory given back. */
  void run() {
    try {
      while (!inbox.isClosed()) {
        if (!turn()) {
          counters.lastProgress = System.nanoTime();
          inbox.await(IDLE_MILLISECONDS);
        }
      }
    } finally {
      EngineException closed = new EngineException(Reason.CLOSED, "the engine was closed");
      inbox.remove(job -> true).forEach(job -> fail(job, closed));
      List.copyOf(jobs).forEach(job -> fail(job, closed));
      cache.clear();
    }
  }

  /** Does what there is to do next; false if there is nothing. */
  private boolean turn() {
    try {
      endCancelled();
      letIn();
      return step();
    } catch (RuntimeException e) {
      // Nobody knows whose fault it is: those that are being worked on fail, and others go on.
      LOGGER.log(Level.ERROR, "a step of the engine failed", e);
      EngineException failure = new EngineException(Reason.MODEL, "the engine failed: " + e, e);
      List.copyOf(jobs).forEach(job -> fail(job, failure));
      return true;
    }
  }

  /** A request was cancelled; any thread. */
  void wake(Job job) {
    Lone now = lone;
    if (now != null && now.job() == job) {
      now.cancellation().cancel();
    }
    inbox.signal();
  }

  // Requests come and go.

  private void endCancelled() {
    for (Job job : inbox.remove(Job::isCancelled)) {
      job.finish();
      counters.cancelled.increment();
    }
    for (Job job : inbox.remove(this::isLate)) {
      fail(job, new EngineException(Reason.DEADLINE, "its turn did not come before its deadline"));
    }
    for (Job job : List.copyOf(jobs)) {
      if (job.isCancelled()) {
        cancel(job);
      }
    }
  }

  private boolean isLate(Job job) {
    Duration longest = job.request().scheduling().deadline().orElse(options.queueTimeout());
    return !longest.isZero() && System.nanoTime() - job.submitted() > longest.toNanos();
  }

  private void cancel(Job job) {
    for (Lane lane : List.copyOf(lanes)) {
      if (lane.job() == job) {
        if (lane.purpose() instanceof Growing growing) {
          growing.end(StopReason.CANCELLED).forEach(job::post);
        }
        job.post(new Event.ChoiceFinished(lane.choice(), StopReason.CANCELLED, Optional.empty()));
        remove(lane);
      }
    }
    jobs.remove(job);
    inbox.setRunning(jobs.size());
    counters.cancelled.increment();
    job.finish();
  }

  private void fail(Job job, EngineException failure) {
    List.copyOf(lanes).stream().filter(lane -> lane.job() == job).forEach(this::remove);
    jobs.remove(job);
    inbox.setRunning(jobs.size());
    counters.failed.increment();
    job.fail(failure);
  }

  private void remove(Lane lane) {
    lane.unseat();
    lane.purpose().close();
    lanes.remove(lane);
  }

  /** Gives memory to outputs that had to give theirs up, then to requests whose turn it is. */
  private void letIn() {
    for (Lane lane : List.copyOf(lanes)) {
      if (!lane.isSeated() && !lane.waitsForPrompt()) {
        if (!Seats.fits(model.usage(), seated(), lane, 1)) {
          return;
        }
        seat(lane);
      }
    }
    for (Optional<Job> next = inbox.first(); next.isPresent(); next = inbox.first()) {
      if (!begin(next.get())) {
        return;
      }
    }
  }

  private boolean begin(Job job) {
    List<Lane> begun = job.lanes();
    if (lanes.size() + begun.size() > maxSequences
        || !Seats.fits(model.usage(), lanes, begun.get(0), begun.size())) {
      return false;
    }
    jobs.add(job);
    inbox.take(job, jobs.size());
    lanes.addAll(begun);
    int cached = seat(begun.get(0));
    job.start(cached);
    counters.promptTokens.add(job.prompt().length);
    counters.cachedTokens.add(cached);
    return true;
  }

  private List<Lane> seated() {
    return lanes.stream().filter(Lane::isSeated).toList();
  }

  /** Gives an output memory, with what the cache has of its tokens; returns how many those are. */
  private int seat(Lane lane) {
    String salt = lane.job().cacheSalt();
    Match match = cache.match(salt, lane.ids(lane.purpose().cacheable(lane)));
    lane.seat(match.sequence().orElseGet(model::newSequence));
    List<SavePoint> hints = SavePoint.ofChat(lane.job().savePoints());
    lane.setSavePoints(cache.savePoints(salt, lane.ids(lane.size()), match.cached(), hints));
    return match.cached();
  }

  // A step: planned, run, taken in.

  /** Runs a step; false if there is nothing to do. */
  private boolean step() {
    List<Work> work = withRoom(planned());
    if (work.isEmpty()) {
      return false;
    }
    long begun = System.nanoTime();
    run(work);
    long taken = System.nanoTime() - begun;
    times.ran(work.stream().mapToInt(one -> one.part().ids().length).sum(), taken);
    boolean read = work.stream().anyMatch(Work::reads);
    boolean grew = work.stream().anyMatch(one -> !one.reads());
    promptShare.ran(taken, read && grew);
    counters.steps.increment();
    counters.lastProgress = System.nanoTime();
    return true;
  }

  private List<Work> planned() {
    List<Lane> ready = seated();
    int growing = (int) ready.stream().filter(lane -> lane.left() == 1).count();
    List<int[]> drafts = new ArrayList<>(ready.size());
    List<Wish> wishes = new ArrayList<>(ready.size());
    for (Lane lane : ready) {
      int[] draft = lane.left() == 1 ? draft(lane, growing) : new int[0];
      drafts.add(draft);
      wishes.add(new Wish(lane.left(), draft.length));
    }
    StepPlan plan = StepPlan.of(wishes, options.chunk(), promptShare.isDue());
    List<Work> work = new ArrayList<>();
    for (int i = 0; i < ready.size(); i++) {
      if (plan.tokens().get(i) > 0) {
        work.add(ready.get(i).work(plan.tokens().get(i), drafts.get(i)));
      }
    }
    return work;
  }

  private int[] draft(Lane lane, int growing) {
    if (options.speculation() == Speculation.OFF) {
      return new int[0];
    }
    int most =
        options.speculation() == Speculation.AUTO
            ? lane.draftLength().best(more -> times.of(growing + more))
            : options.maxDraft();
    return lane.draft(Math.min(most, options.maxDraft()));
  }

  /** Makes room for a step: first the cache gives way, then drafts, then other outputs. */
  private List<Work> withRoom(List<Work> planned) {
    List<Work> work = planned;
    while (!work.isEmpty()) {
      StateUsage usage = model.usage();
      List<StepPart> parts = work.stream().map(Work::part).toList();
      int slots = usage.slotBytes() == 0 ? 0 : Seats.slots(parts);
      if (cache.giveWay(slots, Seats.blocks(usage, parts))) {
        return work;
      }
      work = work.stream().anyMatch(one -> one.drafted() > 0) ? plain(work) : afterPreemption(work);
    }
    return work;
  }

  private static List<Work> plain(List<Work> work) {
    return work.stream().map(one -> one.drafted() == 0 ? one : one.lane().work(1)).toList();
  }

  private List<Work> afterPreemption(List<Work> work) {
    List<Lane> seated = seated();
    if (seated.size() == 1) {
      fail(
          seated.get(0).job(),
          new EngineException(
              Reason.MODEL, "the memory for state does not take a single output of this length"));
      return List.of();
    }
    Lane victim =
        seated.stream()
            .min(
                Comparator.comparing((Lane lane) -> lane.preempted() >= MOST_PREEMPTIONS)
                    .thenComparing(lane -> -lane.job().priority())
                    .thenComparing(lane -> lane.sequence().length()))
            .orElseThrow();
    victim.preempt();
    counters.preempted.increment();
    return work.stream().filter(one -> one.lane() != victim).toList();
  }

  /** Runs parts together; where that fails, each alone, so that it fails for no other. */
  private void run(List<Work> work) {
    Cancellation cancellation = new Cancellation();
    Job first = work.get(0).lane().job();
    if (work.stream().allMatch(one -> one.lane().job() == first)) {
      lone = new Lone(first, cancellation);
      if (first.isCancelled()) {
        cancellation.cancel();
      }
    }
    try (StepRun run = model.run(work.stream().map(Work::part).toList(), cancellation)) {
      lone = null;
      for (int i = 0; i < work.size(); i++) {
        takeIn(work.get(i), run, i);
      }
    } catch (RunException e) {
      lone = null;
      if (e.reason() == RunException.Reason.CANCELLED) {
        return;
      }
      if (work.size() == 1) {
        fail(first, new EngineException(Reason.MODEL, "the model failed: " + e.getMessage(), e));
      } else {
        work.forEach(one -> run(List.of(one)));
      }
    }
  }

  private void takeIn(Work work, StepRun run, int part) {
    Lane lane = work.lane();
    Job job = lane.job();
    if (job.hasEnded()) {
      return;
    }
    inbox.served(job, work.part().ids().length);
    keepSaved(work);
    try {
      for (Lane sibling : siblings(work)) {
        sibling.seat(lane.sequence().fork());
        if (sibling.purpose() instanceof Growing growing
            && growing.pick(sibling, run.scores(part, 0))) {
          end(sibling);
        }
      }
      if (lane.purpose().takeIn(lane, work, run, part)) {
        end(lane);
      }
      if (lane.isSeated()) {
        lane.sequence().dropSaved();
      }
    } catch (RunException e) {
      fail(job, new EngineException(Reason.MODEL, String.valueOf(e.getMessage()), e));
    }
  }

  /** Outputs of the same prompt, which this step has read to its end. */
  private List<Lane> siblings(Work work) {
    if (work.part().rows().length == 0) {
      return List.of();
    }
    return work.lane().job().lanes().stream().filter(Lane::waitsForPrompt).toList();
  }

  private void end(Lane lane) {
    Job job = lane.job();
    if (lane.purpose() instanceof Growing growing) {
      OutputText text = growing.text();
      job.post(
          new Event.ChoiceFinished(lane.choice(), text.ended().orElseThrow(), text.stopString()));
      counters.outputTokens.add(text.tokens());
    }
    lane.purpose().close();
    lanes.remove(lane);
    StepSequence state = lane.handOver();
    state.dropSaved();
    cache.insert(job.cacheSalt(), lane.ids(state.length()), state, Kind.OUTPUT);
    if (job.closeLane()) {
      counters.drafted.add(job.drafted());
      counters.accepted.add(job.accepted());
      jobs.remove(job);
      inbox.setRunning(jobs.size());
      counters.finished.increment();
      job.finish();
      LOGGER.log(Level.DEBUG, () -> "finished: " + job.usage());
    }
  }

  /** Keeps the state at the places that the step saved it for. */
  private void keepSaved(Work work) {
    if (work.drafted() > 0) {
      return;
    }
    StepSequence sequence = work.lane().sequence();
    int from = sequence.length() - work.part().ids().length;
    for (int offset : work.part().saved()) {
      StepSequence kept = sequence.fork();
      kept.crop(from + offset + 1);
      cache.insert(
          work.lane().job().cacheSalt(),
          work.lane().ids(kept.length()),
          kept,
          work.lane().reasonToSave(kept.length()));
    }
  }
}
