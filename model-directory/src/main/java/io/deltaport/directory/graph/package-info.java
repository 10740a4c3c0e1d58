/**
 * What a graph of a model directory is made of, as data: the ops of {@code ai.deltaport} with their
 * formals, and the types and dimensions of values.
 *
 * <p>The converter builds nodes by these tables, the checks of a directory read a stranger's graph
 * by them, and a test compares them with what the kernels declare.
 */
@NullMarked
package io.deltaport.directory.graph;

import org.jspecify.annotations.NullMarked;
