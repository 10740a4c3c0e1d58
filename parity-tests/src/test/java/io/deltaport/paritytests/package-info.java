/**
 * The whole path at once: checkpoints of {@code fixtures/} come in, and what the runtime computes
 * is held against official transformers and against itself.
 */
@NullMarked
package io.deltaport.paritytests;

import org.jspecify.annotations.NullMarked;
