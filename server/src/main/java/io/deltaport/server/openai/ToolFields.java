package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.request.ToolChoice;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tools of a chat, and whether they are called. */
public final class ToolFields {
  /** Most tools of a request. */
  public static final int MOST = 512;

  private ToolFields() {}

  /** The tools as templates read them. */
  public static List<Map<String, Object>> tools(Fields body) {
    List<Map<String, Object>> tools = new ArrayList<>();
    for (Fields tool : body.objects("tools", MOST)) {
      if (tool.string("type").filter(type -> !type.equals("function")).isPresent()) {
        throw ApiException.unsupported(tool.path("type"), "only tools of type function");
      }
      tool.object("function").orElseThrow(() -> tool.missing("function")).required("name");
      tools.add(Json.plain(tool.node()));
    }
    return tools;
  }

  /** A tool as templates read it. */
  public static Map<String, Object> tool(String name, String description, JsonNode parameters) {
    return Map.of(
        "type",
        "function",
        "function",
        Map.of("name", name, "description", description, "parameters", Json.plain(parameters)));
  }

  /** Whether they are called, where {@code tools} are there. */
  static ToolChoice choice(Fields body, List<Map<String, Object>> tools) {
    Optional<JsonNode> value = body.any("tool_choice");
    ToolChoice choice = value.map(given -> choice(body, given)).orElse(ToolChoice.AUTO);
    check(choice, tools, body.path("tool_choice"));
    return choice;
  }

  /** Whether a choice goes with the tools. */
  public static void check(ToolChoice choice, List<Map<String, Object>> tools, String path) {
    if (choice instanceof ToolChoice.Required && tools.isEmpty()) {
      throw ApiException.wrong(path, "a call is required, but there are no tools");
    }
    if (choice instanceof ToolChoice.Named named
        && tools.stream().noneMatch(tool -> named.name().equals(name(tool)))) {
      throw ApiException.wrong(path, "no tool is called " + named.name());
    }
  }

  private static ToolChoice choice(Fields body, JsonNode value) {
    if (value.isTextual()) {
      return named(body.choice("tool_choice", "none", "auto", "required").orElse("auto"));
    }
    Fields fields = Fields.of(value, body.path("tool_choice"));
    if (fields.choice("type", "function").isEmpty()) {
      throw fields.missing("type");
    }
    Optional<Fields> function = fields.object("function");
    return new ToolChoice.Named(
        function.isPresent() ? function.get().required("name") : fields.required("name"));
  }

  private static ToolChoice named(String choice) {
    return switch (choice) {
      case "none" -> ToolChoice.NONE;
      case "required" -> ToolChoice.REQUIRED;
      default -> ToolChoice.AUTO;
    };
  }

  private static Object name(Map<String, Object> tool) {
    return tool.get("function") instanceof Map<?, ?> function
        ? String.valueOf(function.get("name"))
        : "";
  }
}
