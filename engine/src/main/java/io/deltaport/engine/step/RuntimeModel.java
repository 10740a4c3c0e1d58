package io.deltaport.engine.step;

import io.deltaport.engine.sampling.RowScores;
import io.deltaport.engine.sampling.TokenScores;
import io.deltaport.loader.config.HeadType;
import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.SaveState;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepResult;
import io.deltaport.runtime.state.HeldState;
import io.deltaport.runtime.state.StateUsage;
import java.util.ArrayList;
import java.util.List;

/** An open {@link Model}, as the engine needs it. */
public final class RuntimeModel implements StepModel {
  private final Model model;

  public RuntimeModel(Model model) {
    this.model = model;
  }

  @Override
  public int vocabulary() {
    return Math.toIntExact(model.info().vocabSize());
  }

  @Override
  public int contextLength() {
    return (int) Math.min(Integer.MAX_VALUE, model.info().maxPositionEmbeddings());
  }

  @Override
  public HeadType head() {
    return model.info().head();
  }

  @Override
  public StepSequence newSequence() {
    return new OfRuntime(model.newSequence());
  }

  @Override
  public StepRun run(List<StepPart> parts, Cancellation cancellation) {
    List<Step> steps = new ArrayList<>(parts.size());
    for (StepPart part : parts) {
      Sequence sequence = ((OfRuntime) part.sequence()).sequence();
      steps.add(
          Step.of(sequence, part.ids())
              .logits(RowSelection.of(part.rows()))
              .topK(part.rows().length == 0 ? 0 : Math.min(part.best(), vocabulary()))
              .save(part.saved().length == 0 ? SaveState.LAST : SaveState.at(part.saved())));
    }
    return new Run(model.run(steps, cancellation));
  }

  @Override
  public StateUsage usage() {
    return model.stateUsage();
  }

  /** A sequence of the model. */
  private record OfRuntime(Sequence sequence) implements StepSequence {
    @Override
    public int length() {
      return Math.toIntExact(sequence.length());
    }

    @Override
    public StepSequence fork() {
      return new OfRuntime(sequence.fork());
    }

    @Override
    public void crop(int length) {
      sequence.crop(length);
    }

    @Override
    public void dropSaved() {
      sequence.dropCheckpoints(0);
    }

    @Override
    public HeldState held() {
      return sequence.held();
    }

    @Override
    public long bytesAlone() {
      return sequence.bytesAlone();
    }

    @Override
    public void close() {
      sequence.close();
    }
  }

  /** What a run of the model gave. */
  private record Run(StepResult result) implements StepRun {
    @Override
    public TokenScores scores(int part, int row) {
      return new RowScores(result.get(part), row);
    }

    @Override
    public void close() {
      result.close();
    }
  }
}
