/** Whose turn it is: decisions that look at numbers alone, and so can be tested without a model. */
@NullMarked
package io.deltaport.engine.schedule;

import org.jspecify.annotations.NullMarked;
