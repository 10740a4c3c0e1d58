/** Tokens that may come next, guessed cheaply, so that one step can check many. */
@NullMarked
package io.deltaport.engine.draft;

import org.jspecify.annotations.NullMarked;
