/** Requests and answers on the wire: who may come in, bodies, streams, errors. */
@NullMarked
package io.deltaport.server.http;

import org.jspecify.annotations.NullMarked;
