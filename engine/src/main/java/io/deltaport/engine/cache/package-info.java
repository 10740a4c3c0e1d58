@NullMarked
package io.deltaport.engine.cache;

import org.jspecify.annotations.NullMarked;
