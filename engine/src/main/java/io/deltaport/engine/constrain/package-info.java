/** From what a request demands of its text to the tokens that may come next. */
@NullMarked
package io.deltaport.engine.constrain;

import org.jspecify.annotations.NullMarked;
