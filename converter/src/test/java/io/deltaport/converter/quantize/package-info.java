@NullMarked
package io.deltaport.converter.quantize;

import org.jspecify.annotations.NullMarked;
