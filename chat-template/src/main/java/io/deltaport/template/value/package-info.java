/**
 * Python's values as templates see them: plain Java values of a request in ({@link
 * io.deltaport.template.value.Values}), printed text out; their truth, equality, order, arithmetic
 * and printed form are Python's. All are immutable but namespaces, loops and iterators. What costs
 * time or memory is charged to a {@link io.deltaport.template.value.Run}.
 */
@NullMarked
package io.deltaport.template.value;

import org.jspecify.annotations.NullMarked;
