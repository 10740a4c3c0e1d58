/**
 * One run of a graph: in come sequences with the tokens they get and the rows that are wanted of
 * them, laid out in a {@link io.deltaport.runtime.run.Packing}, out go {@link
 * io.deltaport.runtime.run.RunOutputs}.
 */
@NullMarked
package io.deltaport.runtime.run;

import org.jspecify.annotations.NullMarked;
