/**
 * A checkpoint: its directory, a model id or a cache of the hub comes in, its JSON files and an
 * index of its tensors go out. Only file headers and JSON files are read: no weight byte is touched
 * until a caller reads a tensor.
 */
@NullMarked
package io.deltaport.loader.checkpoint;

import org.jspecify.annotations.NullMarked;
