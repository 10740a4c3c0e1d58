package io.deltaport.engine.run;

import io.deltaport.engine.request.Event;
import io.deltaport.engine.step.StepRun;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/** A prompt is classified by its last token. */
final class Classifying implements Purpose {
  @Override
  public int[] rows(Lane lane, int from, int to, int drafted) {
    return to == lane.size() ? new int[] {to - from - 1} : new int[0];
  }

  @Override
  public int best() {
    return 0;
  }

  @Override
  public int mostRows() {
    return 1;
  }

  @Override
  public boolean takeIn(Lane lane, Work work, StepRun run, int part) {
    if (lane.left() > 0) {
      return false;
    }
    FloatBuffer logits = run.scores(part, 0).logits();
    List<Float> values = new ArrayList<>(logits.remaining());
    for (int label = 0; label < logits.remaining(); label++) {
      values.add(logits.get(logits.position() + label));
    }
    lane.job().post(new Event.Classified(values));
    return true;
  }

  @Override
  public int mostTokens() {
    return 0;
  }

  @Override
  public int cacheable(Lane lane) {
    return lane.size();
  }
}
