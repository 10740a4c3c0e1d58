package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.server.call.ModelNames;
import io.deltaport.server.json.Json;
import io.deltaport.server.model.ModelService;
import java.time.Instant;

/** {@code GET /v1/models}: the one model under each of its names. */
public final class Models {
  private final ModelNames names;
  private final long created = Instant.now().getEpochSecond();

  public Models(ModelNames names) {
    this.names = names;
  }

  /** All names; twice, since some clients look for another field than the usual. */
  public ObjectNode list(ModelService model) {
    ArrayNode list = Json.array();
    names.all(model).forEach(name -> list.add(describe(name, model)));
    ObjectNode node = Json.object().put("object", "list");
    node.set("data", list);
    return node.set("models", list.deepCopy());
  }

  /**
   * The model under this name.
   *
   * @throws io.deltaport.server.json.ApiException if it has another
   */
  public ObjectNode one(String name, ModelService model) {
    return describe(names.checked(name, model), model);
  }

  private ObjectNode describe(String name, ModelService model) {
    return Json.object()
        .put("id", name)
        .put("object", "model")
        .put("created", created)
        .put("owned_by", "deltaport")
        .put("max_model_len", model.contextLength());
  }
}
