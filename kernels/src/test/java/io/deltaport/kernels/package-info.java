/** Tests of the native library from Java, ONNX Runtime included. */
@NullMarked
package io.deltaport.kernels;

import org.jspecify.annotations.NullMarked;
