/**
 * How well a model predicts a text: in come one or two open models and token ids, out go a {@link
 * io.deltaport.evaluate.quality.Quality} with the perplexity and how far the two differ.
 */
@NullMarked
package io.deltaport.evaluate.quality;

import org.jspecify.annotations.NullMarked;
