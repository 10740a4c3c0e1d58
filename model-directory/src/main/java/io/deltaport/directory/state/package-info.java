/**
 * The state that layers keep between tokens: what of, and how many bytes it is. A manifest lists
 * it, a pool is made of it.
 */
@NullMarked
package io.deltaport.directory.state;

import org.jspecify.annotations.NullMarked;
