/** Tests of the tables of ops and ports. */
@NullMarked
package io.deltaport.directory.graph;

import org.jspecify.annotations.NullMarked;
