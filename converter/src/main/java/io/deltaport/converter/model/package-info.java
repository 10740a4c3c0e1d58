/**
 * Whole graphs of a model, and what a family of models says of itself.
 *
 * <p>In: a {@link io.deltaport.converter.model.ModelFamily}, a {@link
 * io.deltaport.loader.config.ModelConfig} and the placed weights. Out: {@link
 * io.deltaport.converter.onnx.Graph}s over packed tokens. The package knows no single family, and
 * nothing of files or protobuf.
 */
@NullMarked
package io.deltaport.converter.model;

import org.jspecify.annotations.NullMarked;
