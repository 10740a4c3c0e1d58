/** Ollama's API. */
@NullMarked
package io.deltaport.server.ollama;

import org.jspecify.annotations.NullMarked;
