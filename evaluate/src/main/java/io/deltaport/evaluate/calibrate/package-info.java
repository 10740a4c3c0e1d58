/**
 * What a model makes of a text, for a conversion to int4: in come a checkpoint and a text, out go
 * the inputs of every layer's matrices, layer by layer.
 */
@NullMarked
package io.deltaport.evaluate.calibrate;

import org.jspecify.annotations.NullMarked;
