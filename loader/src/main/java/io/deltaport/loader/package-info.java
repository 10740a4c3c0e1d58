/**
 * A checkpoint directory comes in; a typed config and an index of its tensors go out. Only file
 * headers and JSON files are read: no weight byte is touched until a caller reads a tensor.
 */
@NullMarked
package io.deltaport.loader;

import org.jspecify.annotations.NullMarked;
