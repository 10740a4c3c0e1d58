/**
 * Text and token ids. In comes {@code tokenizer.json} of a model directory, out go ids of a text
 * ({@link io.deltaport.tokenizer.Tokenizer#encode}) and the text of ids, at once or as they come
 * ({@link io.deltaport.tokenizer.TextStream}). The file comes from a stranger: it is checked in
 * Java, and only what was understood is handed to the native tokenizer.
 */
@NullMarked
package io.deltaport.tokenizer;

import org.jspecify.annotations.NullMarked;
