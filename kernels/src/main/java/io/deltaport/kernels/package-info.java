/**
 * The native library: in come descriptions of the state a model keeps, out go the path that an ONNX
 * Runtime session registers its custom ops from and pools of state addressed by a handle.
 *
 * <p>{@link io.deltaport.kernels.KernelLibrary#path()} comes first, before any use of ONNX Runtime.
 */
@NullMarked
package io.deltaport.kernels;

import org.jspecify.annotations.NullMarked;
