/**
 * The text of a template in, its tree out: {@link io.deltaport.template.syntax.Lexer} cuts it into
 * tokens as Jinja does with {@code trim_blocks} and {@code lstrip_blocks}, {@link
 * io.deltaport.template.syntax.Parser} makes the tree.
 */
@NullMarked
package io.deltaport.template.syntax;

import org.jspecify.annotations.NullMarked;
