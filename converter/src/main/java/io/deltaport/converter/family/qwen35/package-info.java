/**
 * Qwen3.5, {@code models/qwen3_5} and {@code models/qwen3_5_moe} of transformers: the text models.
 */
@NullMarked
package io.deltaport.converter.family.qwen35;

import org.jspecify.annotations.NullMarked;
