package io.deltaport.server.ollama;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.server.call.ModelNames;
import io.deltaport.server.json.Fields;
import io.deltaport.server.json.Json;
import io.deltaport.server.model.ModelService;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** {@code GET /api/tags} and {@code POST /api/show}: the one model. */
public final class OllamaModels {
  private final ModelNames names;
  private final String since = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();

  public OllamaModels(ModelNames names) {
    this.names = names;
  }

  /** The model under each of its names. */
  public ObjectNode tags(ModelService model) {
    ObjectNode node = Json.object();
    ArrayNode list = node.putArray("models");
    for (String name : names.all(model)) {
      ObjectNode tag =
          list.addObject()
              .put("name", name)
              .put("model", name)
              .put("modified_at", since)
              .put("size", 0)
              .put("digest", "");
      tag.set("details", details());
    }
    return node;
  }

  /** What a client wants to know of a model. */
  public ObjectNode show(Fields body, ModelService model) {
    names.checked(OllamaNames.of(body).orElse(names.all(model).get(0)), model);
    ObjectNode node = Json.object().put("modified_at", since);
    node.set("details", details());
    node.putObject("model_info")
        .put("general.architecture", "deltaport")
        .put("deltaport.context_length", model.contextLength());
    node.putArray("capabilities").add("completion").add("tools").add("thinking");
    return node;
  }

  private static ObjectNode details() {
    return Json.object().put("format", "onnx").put("family", "deltaport");
  }
}
