package io.deltaport.engine.run;

import io.deltaport.engine.constrain.ConstrainedOutput;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.sampling.Allowed;
import io.deltaport.engine.sampling.LogProbabilities;
import io.deltaport.engine.sampling.Sampler;
import io.deltaport.engine.sampling.ScoredToken;
import io.deltaport.engine.sampling.TokenScores;
import io.deltaport.engine.step.StepRun;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** An output that grows by the tokens that its sampler picks, drafts checked on the way. */
final class Growing implements Purpose {
  private final Sampler sampler;
  private final GenerationOptions options;
  private final OutputText text;
  private final int most;
  private final Allowed beforeStop;
  private final ConstrainedOutput constrained;
  private final int known;

  /**
   * Grows so.
   *
   * @param most tokens of the output
   * @param beforeStop what may be picked while the output is too short to stop
   * @param constrained what may be picked by what the request demands
   * @param known ids below this are of the tokenizer
   */
  Growing(
      Sampler sampler,
      GenerationOptions options,
      OutputText text,
      int most,
      Allowed beforeStop,
      ConstrainedOutput constrained,
      int known) {
    this.sampler = sampler;
    this.options = options;
    this.text = text;
    this.most = most;
    this.beforeStop = beforeStop;
    this.constrained = constrained;
    this.known = known;
  }

  OutputText text() {
    return text;
  }

  @Override
  public int[] rows(Lane lane, int from, int to, int drafted) {
    return to - drafted == lane.size()
        ? IntStream.range(to - drafted - 1 - from, to - from).toArray()
        : new int[0];
  }

  @Override
  public int best() {
    return Math.max(sampler.best(), options.logProbs());
  }

  @Override
  public int mostRows() {
    return Integer.MAX_VALUE;
  }

  @Override
  public int mostTokens() {
    return most;
  }

  @Override
  public boolean takeIn(Lane lane, Work work, StepRun run, int part) {
    if (work.part().rows().length == 0) {
      return false;
    }
    int[] ids = work.part().ids();
    int right = 0;
    boolean over = pick(lane, run.scores(part, 0));
    while (!over
        && right < work.drafted()
        && lane.last() == ids[ids.length - work.drafted() + right]) {
      right++;
      over = pick(lane, run.scores(part, right));
    }
    if (right < work.drafted()) {
      lane.sequence().crop(lane.sequence().length() - work.drafted() + right);
    }
    lane.verified(work.drafted(), right);
    return over;
  }

  /**
   * Picks the token after all those that the output has.
   *
   * @return whether it is over
   */
  boolean pick(Lane lane, TokenScores scores) {
    int id = sampler.pick(scores, lane.size(), allowed());
    sampler.accept(id);
    constrained.accept(id);
    lane.add(id);
    lane.job().picked();
    lane.job().post(token(lane, id, scores));
    text.add(id).forEach(lane.job()::post);
    if (text.ended().isEmpty() && constrained.isOver()) {
      text.end(StopReason.STOP_TOKEN).forEach(lane.job()::post);
    }
    return text.ended().isPresent();
  }

  private Allowed allowed() {
    Allowed legal = constrained.allowed(text.isReasoning());
    if (text.tokens() >= options.minNewTokens()) {
      return legal;
    }
    return legal == Allowed.ALL ? beforeStop : index -> legal.word(index) & beforeStop.word(index);
  }

  @Override
  public int[] forced() {
    return constrained.forced();
  }

  @Override
  public void close() {
    constrained.close();
  }

  private Event token(Lane lane, int id, TokenScores scores) {
    if (options.logProbs() == 0) {
      return new Event.Token(lane.choice(), id, Optional.empty(), List.of());
    }
    LogProbabilities of = LogProbabilities.of(scores, options.logProbs(), known);
    ScoredToken score = of.of(id);
    return new Event.Token(lane.choice(), id, Optional.of(score), of.best());
  }

  /** Ends it before its time. */
  List<Event> end(StopReason reason) {
    return text.end(reason);
  }

  @Override
  public int cacheable(Lane lane) {
    return lane.size();
  }
}
