@NullMarked
package io.deltaport.converter.model;

import org.jspecify.annotations.NullMarked;
