package io.deltaport.server.ollama;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.server.call.ErrorBody;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Json;

/** Errors as Ollama's API spells them: {@code {"error": message}}. */
public final class OllamaErrors implements ErrorBody {
  @Override
  public int status(ApiException failure) {
    return failure.kind().status();
  }

  @Override
  public ObjectNode of(ApiException failure) {
    return Json.object().put("error", failure.message());
  }
}
