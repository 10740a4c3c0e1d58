/** Tests of the server: with a model that follows a script, and with chat-tiny. */
@NullMarked
package io.deltaport.server;

import org.jspecify.annotations.NullMarked;
