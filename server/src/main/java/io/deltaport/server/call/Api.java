package io.deltaport.server.call;

import io.deltaport.server.json.Fields;
import io.deltaport.server.model.ModelService;

/** A route of an API that the model answers. */
@FunctionalInterface
public interface Api {
  /**
   * What a body asks for.
   *
   * @throws io.deltaport.server.json.ApiException if it is wrong
   */
  Call call(Fields body, ModelService model);
}
