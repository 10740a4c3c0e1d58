/**
 * A safetensors file comes in, its tensors' places go out; and the other way round, tensors come
 * in, a file goes out.
 */
@NullMarked
package io.deltaport.loader.safetensors;

import org.jspecify.annotations.NullMarked;
