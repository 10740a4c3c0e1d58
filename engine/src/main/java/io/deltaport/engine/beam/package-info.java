/** Beam search, as transformers does it. */
@NullMarked
package io.deltaport.engine.beam;

import org.jspecify.annotations.NullMarked;
