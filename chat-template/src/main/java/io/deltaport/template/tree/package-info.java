/**
 * The tree of a template: expressions that have a value, statements that print. A {@link
 * io.deltaport.template.tree.Scope} of variables goes in, text comes out.
 */
@NullMarked
package io.deltaport.template.tree;

import org.jspecify.annotations.NullMarked;
