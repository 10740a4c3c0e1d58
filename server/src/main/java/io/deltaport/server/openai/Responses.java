package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.JsonNode;
import io.deltaport.engine.request.Constraint;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Request;
import io.deltaport.engine.request.ToolChoice;
import io.deltaport.server.call.Api;
import io.deltaport.server.call.Call;
import io.deltaport.server.call.ChatPrompt;
import io.deltaport.server.call.ModelNames;
import io.deltaport.server.call.OutputFields;
import io.deltaport.server.call.SamplingFields;
import io.deltaport.server.call.Thinking;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.json.Json;
import io.deltaport.server.model.ModelService;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code POST /v1/responses}. Nothing is stored: a conversation comes whole each time. */
public final class Responses implements Api {
  private final ModelNames names;

  public Responses(ModelNames names) {
    this.names = names;
  }

  @Override
  public Call call(Fields body, ModelService model) {
    String name = names.of(body, model);
    for (String stored : List.of("previous_response_id", "conversation")) {
      if (body.any(stored).isPresent()) {
        throw ApiException.unsupported(
            stored, "this server stores no responses: send the whole conversation as input");
      }
    }
    if (body.isTrue("background")) {
      throw ApiException.unsupported("background", "this server stores no responses");
    }
    List<Map<String, Object>> tools = tools(body);
    ToolChoice choice = choice(body, tools);
    GenerationOptions options =
        OutputFields.of(
            model,
            SamplingFields.read(body, model.defaults()),
            body.integer("max_output_tokens", 1, Integer.MAX_VALUE));
    Request request =
        Request.of(ChatPrompt.of(InputItems.read(body), tools, variables(body), false), options)
            .with(format(body))
            .with(choice)
            .withParallelToolCalls(body.flag("parallel_tool_calls").orElse(true))
            .with(GenerationFields.scheduling(body));
    return new Call(List.of(request), body.isTrue("stream"), new ResponseReply(name, body.node()));
  }

  private static Map<String, Object> variables(Fields body) {
    Map<String, Object> variables = new LinkedHashMap<>();
    body.object("reasoning")
        .flatMap(reasoning -> reasoning.string("effort"))
        .ifPresent(level -> variables.putAll(Thinking.effort(level)));
    body.object("chat_template_kwargs")
        .ifPresent(kwargs -> variables.putAll(Json.plain(kwargs.node())));
    return variables;
  }

  private static Constraint format(Fields body) {
    return body.object("text")
        .flatMap(text -> text.object("format"))
        .map(FormatFields::format)
        .orElse(Constraint.NONE);
  }

  /** Functions; tools of other kinds, which clients send unasked, are left out. */
  private static List<Map<String, Object>> tools(Fields body) {
    List<Map<String, Object>> tools = new ArrayList<>();
    for (Fields tool : body.objects("tools", ToolFields.MOST)) {
      if (tool.required("type").equals("function")) {
        JsonNode parameters = tool.object("parameters").map(Fields::node).orElse(Json.object());
        String description = tool.string("description").orElse("");
        tools.add(ToolFields.tool(tool.required("name"), description, parameters));
      }
    }
    return tools;
  }

  /** A choice of a tool that was left out is none. */
  private static ToolChoice choice(Fields body, List<Map<String, Object>> tools) {
    Optional<JsonNode> value = body.any("tool_choice");
    boolean isOther =
        value.isPresent()
            && value.get().isObject()
            && !"function".equals(value.get().path("type").asText());
    return isOther ? ToolChoice.AUTO : ToolFields.choice(body, tools);
  }
}
