package io.deltaport.server.call;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.server.json.ApiException;

/** How an API spells an error. */
public interface ErrorBody {
  /** The HTTP status. */
  int status(ApiException failure);

  ObjectNode of(ApiException failure);
}
