/**
 * How to open a model, and what goes wrong: {@link io.deltaport.runtime.options.ModelOptions} with
 * its values, and {@link io.deltaport.runtime.options.RunException}.
 */
@NullMarked
package io.deltaport.runtime.options;

import org.jspecify.annotations.NullMarked;
