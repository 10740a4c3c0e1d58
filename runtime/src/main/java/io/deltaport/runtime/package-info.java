/**
 * Runs a model: in come a model directory (or a checkpoint, converted on the way) and token ids,
 * out go logits, best tokens and hidden states.
 *
 * <p>{@link io.deltaport.runtime.Model} is shared and thread-safe, a {@link
 * io.deltaport.runtime.Sequence} belongs to one caller at a time. A {@link
 * io.deltaport.runtime.Step} says which tokens a sequence gets next and what is wanted of them; one
 * run takes steps of many sequences. A run that fails or is cancelled leaves every sequence as it
 * was.
 */
@NullMarked
package io.deltaport.runtime;

import org.jspecify.annotations.NullMarked;
