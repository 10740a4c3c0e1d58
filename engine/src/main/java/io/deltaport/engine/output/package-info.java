/** From tokens to text that is sure, and where it ends. */
@NullMarked
package io.deltaport.engine.output;

import org.jspecify.annotations.NullMarked;
