/**
 * Opening a model: in comes a model directory or a checkpoint, which is converted on the way, out
 * goes all that must be open to run it.
 */
@NullMarked
package io.deltaport.runtime.open;

import org.jspecify.annotations.NullMarked;
