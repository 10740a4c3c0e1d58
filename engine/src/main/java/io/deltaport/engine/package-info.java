/**
 * Text from a model. In come requests (a text, token ids, a chat), out go tokens, text and events
 * as they come.
 */
@NullMarked
package io.deltaport.engine;

import org.jspecify.annotations.NullMarked;
