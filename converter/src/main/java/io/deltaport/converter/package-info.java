/**
 * Conversion: a Hugging Face checkpoint comes in, a model directory goes out.
 *
 * <p>{@link io.deltaport.converter.Converter} is the way in. A conversion is planned first (every
 * tensor accounted for, sizes known, nothing written) and then made under a temporary name; the
 * directory appears whole or not at all.
 */
@NullMarked
package io.deltaport.converter;

import org.jspecify.annotations.NullMarked;
