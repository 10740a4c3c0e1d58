/**
 * What templates can call: filters, tests, global functions, the methods of Python's types, and how
 * attributes and items are looked up in Jinja's sandbox. A name goes in, a function over {@link
 * io.deltaport.template.value.Value} comes out.
 */
@NullMarked
package io.deltaport.template.library;

import org.jspecify.annotations.NullMarked;
