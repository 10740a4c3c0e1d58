@NullMarked
package io.deltaport.runtime;

import org.jspecify.annotations.NullMarked;
