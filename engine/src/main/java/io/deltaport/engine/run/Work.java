package io.deltaport.engine.run;

import io.deltaport.engine.step.StepPart;

/**
 * What one output gets in a step.
 *
 * @param drafted how many of the part's last tokens are a draft
 */
record Work(Lane lane, StepPart part, int drafted) {
  /** Whether the part reads a prompt, or again what was read. */
  boolean reads() {
    return part.ids().length - drafted > 1;
  }
}
