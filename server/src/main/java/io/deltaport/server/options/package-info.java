/** How a server listens, whom it lets in, and what bounds it keeps. */
@NullMarked
package io.deltaport.server.options;

import org.jspecify.annotations.NullMarked;
