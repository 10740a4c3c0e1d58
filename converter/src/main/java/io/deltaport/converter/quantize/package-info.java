/**
 * Weights in fewer bits: float32 rows come in, int8 or int4 codes with float16 scales go out, and
 * rules say which weight gets which.
 */
@NullMarked
package io.deltaport.converter.quantize;

import org.jspecify.annotations.NullMarked;
