/**
 * What CUDA needs of this machine: nothing comes in, out go what is there and, in words, what is
 * missing.
 */
@NullMarked
package io.deltaport.runtime.cuda;

import org.jspecify.annotations.NullMarked;
