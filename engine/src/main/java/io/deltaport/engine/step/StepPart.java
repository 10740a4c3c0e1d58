package io.deltaport.engine.step;

/**
 * What one sequence gets in a step.
 *
 * @param sequence whose next tokens they are
 * @param ids at least one
 * @param rows of which tokens, by place in {@code ids}, scores are wanted, in rising order
 * @param best how many best tokens a row is to give
 * @param saved after which tokens the state is saved besides the last, in rising order
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StepPart(StepSequence sequence, int[] ids, int[] rows, int best, int[] saved) {}
