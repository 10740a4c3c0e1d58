/** The engine's one thread: from requests to steps of the model, from what those give to events. */
@NullMarked
package io.deltaport.engine.run;

import org.jspecify.annotations.NullMarked;
