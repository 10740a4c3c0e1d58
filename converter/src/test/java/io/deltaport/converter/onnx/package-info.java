@NullMarked
package io.deltaport.converter.onnx;

import org.jspecify.annotations.NullMarked;
