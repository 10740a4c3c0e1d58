/**
 * ONNX Runtime: in come a graph and tensors in reused direct memory, out go tensors in memory of
 * the caller's. Nothing else in the project touches {@code ai.onnxruntime}.
 */
@NullMarked
package io.deltaport.runtime.session;

import org.jspecify.annotations.NullMarked;
