@NullMarked
package io.deltaport.converter.calibrate;

import org.jspecify.annotations.NullMarked;
