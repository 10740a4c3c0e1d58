/** Anthropic's API: messages. */
@NullMarked
package io.deltaport.server.anthropic;

import org.jspecify.annotations.NullMarked;
