/** Programs that show the API; the README prints them, a test runs them. */
@NullMarked
package io.deltaport.examples;

import org.jspecify.annotations.NullMarked;
