/** JSON bodies: read field by field, each wrong one an error that names it. */
@NullMarked
package io.deltaport.server.json;

import org.jspecify.annotations.NullMarked;
