/**
 * Qwen3-Next as data: the table of its weights, its graphs, its rotary frequencies and the state
 * its layers keep.
 *
 * <p>In: a {@link io.deltaport.loader.config.ModelConfig} and the placed weights. Out: {@link
 * io.deltaport.converter.onnx.Graph}s over packed tokens. The package knows the model and nothing
 * of files or protobuf.
 */
@NullMarked
package io.deltaport.converter.model;

import org.jspecify.annotations.NullMarked;
