package io.deltaport.template.tree;

import org.jspecify.annotations.Nullable;

/**
 * A parameter of a macro.
 *
 * @param name its variable
 * @param otherwise its value where the call gives none, null = undefined
 */
public record Parameter(String name, @Nullable Expression otherwise) {}
