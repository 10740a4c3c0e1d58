/**
 * Rounding by what a model's matrices were multiplied with over a text. In: the inputs of each
 * layer's matrices, from whoever runs the model. Out: {@link
 * io.deltaport.converter.rewrite.Feedback} for each matrix that is rounded to int4. FloatTable of
 * one layer are held at a time, and second moments of the matrices that are being rounded.
 */
@NullMarked
package io.deltaport.converter.calibrate;

import org.jspecify.annotations.NullMarked;
