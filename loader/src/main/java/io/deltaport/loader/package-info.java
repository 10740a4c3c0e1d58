@NullMarked
package io.deltaport.loader;

import org.jspecify.annotations.NullMarked;
