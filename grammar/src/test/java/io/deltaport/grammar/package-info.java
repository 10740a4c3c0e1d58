@NullMarked
package io.deltaport.grammar;

import org.jspecify.annotations.NullMarked;
