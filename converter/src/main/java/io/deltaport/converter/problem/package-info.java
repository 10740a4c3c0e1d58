/** What goes wrong in a conversion: the exception that every package of the converter throws. */
@NullMarked
package io.deltaport.converter.problem;

import org.jspecify.annotations.NullMarked;
