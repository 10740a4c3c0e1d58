/**
 * An HTTP server over an engine: the APIs that clients of language models speak, and a page to talk
 * with the model.
 */
@NullMarked
package io.deltaport.server;

import org.jspecify.annotations.NullMarked;
