/**
 * The families of model classes, one package each. In: the fields of a {@code config.json}. Out:
 * its family, and the model that it means.
 */
@NullMarked
package io.deltaport.converter.family;

import org.jspecify.annotations.NullMarked;
