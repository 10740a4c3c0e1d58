/**
 * The state of sequences: in come lengths and token ids, out go the slots and blocks of the native
 * pool that a run reads and writes. Who may share what with whom is decided here; the numbers
 * themselves live in the pool.
 */
@NullMarked
package io.deltaport.runtime.state;

import org.jspecify.annotations.NullMarked;
