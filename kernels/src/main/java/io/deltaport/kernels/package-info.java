@NullMarked
package io.deltaport.kernels;

import org.jspecify.annotations.NullMarked;
