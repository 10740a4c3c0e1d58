/**
 * Generation. In come a model, token ids and how to pick the next ones ({@link
 * io.deltaport.runtime.generate.Sampling}, beams, stop tokens and strings), out go tokens and text
 * as they come.
 */
@NullMarked
package io.deltaport.runtime.generate;

import org.jspecify.annotations.NullMarked;
