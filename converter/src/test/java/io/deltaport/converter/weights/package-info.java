@NullMarked
package io.deltaport.converter.weights;

import org.jspecify.annotations.NullMarked;
