/** Between the APIs and the engine: what a call asks, and how its events become an answer. */
@NullMarked
package io.deltaport.server.call;

import org.jspecify.annotations.NullMarked;
