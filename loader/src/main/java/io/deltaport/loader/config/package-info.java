/**
 * The JSON of {@code config.json} and {@code generation_config.json} comes in, in any spelling that
 * transformers has written; typed and checked records go out.
 */
@NullMarked
package io.deltaport.loader.config;

import org.jspecify.annotations.NullMarked;
