/** Tokens and prompts of texts and chats: tokenize, detokenize, apply-template. */
@NullMarked
package io.deltaport.server.text;

import org.jspecify.annotations.NullMarked;
