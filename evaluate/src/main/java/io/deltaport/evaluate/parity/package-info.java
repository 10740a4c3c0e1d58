/**
 * Proves a model against official transformers: in come a checkpoint or model directory and its
 * {@code reference.safetensors}, out goes a {@link io.deltaport.evaluate.parity.ParityReport} with
 * a verdict for every tensor, the losses, and the first layer that diverges.
 */
@NullMarked
package io.deltaport.evaluate.parity;

import org.jspecify.annotations.NullMarked;
