/** Qwen3-Next, {@code models/qwen3_next} of transformers. */
@NullMarked
package io.deltaport.converter.family.qwen3next;

import org.jspecify.annotations.NullMarked;
