/** JSON files of strangers come in; trees that kept to the limits go out. */
@NullMarked
package io.deltaport.loader.json;

import org.jspecify.annotations.NullMarked;
