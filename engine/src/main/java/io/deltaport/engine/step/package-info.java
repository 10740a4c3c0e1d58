/** What the engine needs of a model, so that its scheduling can be tested without one. */
@NullMarked
package io.deltaport.engine.step;

import org.jspecify.annotations.NullMarked;
