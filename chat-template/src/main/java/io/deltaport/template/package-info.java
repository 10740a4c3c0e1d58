@NullMarked
package io.deltaport.template;

import org.jspecify.annotations.NullMarked;
