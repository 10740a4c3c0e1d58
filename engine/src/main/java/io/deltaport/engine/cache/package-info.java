/**
 * What was read once is not read again: in come prompts and the states that they led to, out go
 * states to go on from and places where saving one pays.
 */
@NullMarked
package io.deltaport.engine.cache;

import org.jspecify.annotations.NullMarked;
