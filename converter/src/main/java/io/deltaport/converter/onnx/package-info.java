/**
 * ONNX graphs as Java records, and their bytes.
 *
 * <p>In: values, initializers (inline, or as a range of an external file) and nodes of domain
 * {@code ai.deltaport} added to a {@link io.deltaport.converter.onnx.GraphBuilder}. Out: a checked
 * {@link io.deltaport.converter.onnx.Graph} and, through {@link
 * io.deltaport.converter.onnx.GraphWriter}, the bytes of a {@code ModelProto}: equal graphs give
 * equal bytes. The package knows ops and tensors, and nothing of a model family.
 */
@NullMarked
package io.deltaport.converter.onnx;

import org.jspecify.annotations.NullMarked;
