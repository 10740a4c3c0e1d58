/** Tests of the state's sizes. */
@NullMarked
package io.deltaport.directory.state;

import org.jspecify.annotations.NullMarked;
