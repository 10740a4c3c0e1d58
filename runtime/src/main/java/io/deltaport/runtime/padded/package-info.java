/**
 * Batches as Hugging Face has them: {@code input_ids} and {@code attention_mask} come in, steps of
 * a run are made of their real tokens, and out go values where the tokens stood.
 */
@NullMarked
package io.deltaport.runtime.padded;

import org.jspecify.annotations.NullMarked;
