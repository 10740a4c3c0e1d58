package io.deltaport.server.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.server.json.Json;

/** Server-sent events. */
public final class Sse {
  public static final String CONTENT_TYPE = "text/event-stream; charset=utf-8";

  /** A comment, which readers of events pass over. */
  public static final String COMMENT = ": ping\n\n";

  private Sse() {}

  public static String data(JsonNode data) {
    return "data: " + Json.line(data) + "\n\n";
  }

  public static String event(String name, JsonNode data) {
    return "event: " + name + "\n" + data(data);
  }
}
