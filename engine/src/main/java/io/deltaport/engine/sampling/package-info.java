/** How the next token is picked: options, penalties, ranking, draws. In come logits, out go ids. */
@NullMarked
package io.deltaport.engine.sampling;

import org.jspecify.annotations.NullMarked;
