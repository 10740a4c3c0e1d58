/** What an application asks of the engine, and what it is told: requests, options, events. */
@NullMarked
package io.deltaport.engine.request;

import org.jspecify.annotations.NullMarked;
