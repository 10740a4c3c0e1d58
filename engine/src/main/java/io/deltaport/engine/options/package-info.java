/** How an engine works. */
@NullMarked
package io.deltaport.engine.options;

import org.jspecify.annotations.NullMarked;
