package io.deltaport.evaluate.quality;

import io.deltaport.runtime.Cancellation;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.RowSelection;
import io.deltaport.runtime.Sequence;
import io.deltaport.runtime.Step;
import io.deltaport.runtime.StepResult;
import java.util.ArrayList;
import java.util.List;

/** Reads the runs of {@link Windows} with one model, in their order. */
final class WindowReader implements AutoCloseable {
  private final Model model;
  private final List<Sequence> open = new ArrayList<>();

  WindowReader(Model model) {
    this.model = model;
  }

  /** The logits of every token of the pieces; one step a piece. */
  StepResult read(List<Windows.Piece> pieces, Cancellation cancellation) {
    if (pieces.get(0).startsWindow()) {
      close();
      pieces.forEach(piece -> open.add(model.newSequence()));
    }
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < pieces.size(); i++) {
      steps.add(Step.of(open.get(i), pieces.get(i).ids()).logits(RowSelection.ALL));
    }
    return model.run(steps, cancellation);
  }

  @Override
  public void close() {
    open.forEach(Sequence::close);
    open.clear();
  }
}
