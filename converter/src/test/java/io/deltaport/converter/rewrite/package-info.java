@NullMarked
package io.deltaport.converter.rewrite;

import org.jspecify.annotations.NullMarked;
