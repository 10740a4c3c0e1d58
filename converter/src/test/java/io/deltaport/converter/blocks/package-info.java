@NullMarked
package io.deltaport.converter.blocks;

import org.jspecify.annotations.NullMarked;
