@NullMarked
package io.deltaport.converter;

import org.jspecify.annotations.NullMarked;
