/** What the server needs of an engine, so that it can be tested with one that follows a script. */
@NullMarked
package io.deltaport.server.model;

import org.jspecify.annotations.NullMarked;
