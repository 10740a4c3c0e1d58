/**
 * Which bytes fill which weight of a graph.
 *
 * <p>In: the tensors of a checkpoint and a table of rows, {@code source pattern -> transform ->
 * target}. Out: a {@link io.deltaport.converter.weights.WeightPlan} that uses or drops every tensor
 * by a stated row and fills every weight exactly once, or one exception that lists all offenders.
 */
@NullMarked
package io.deltaport.converter.weights;

import org.jspecify.annotations.NullMarked;
