@NullMarked
package io.deltaport.cli;

import org.jspecify.annotations.NullMarked;
