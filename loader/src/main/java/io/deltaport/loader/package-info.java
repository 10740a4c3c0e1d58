/** What goes wrong in reading a checkpoint: the exception that every package here throws. */
@NullMarked
package io.deltaport.loader;

import org.jspecify.annotations.NullMarked;
