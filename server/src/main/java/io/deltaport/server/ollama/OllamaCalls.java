package io.deltaport.server.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Constraint;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Prompt;
import io.deltaport.engine.request.Request;
import io.deltaport.server.call.Call;
import io.deltaport.server.call.ChatPrompt;
import io.deltaport.server.call.ModelNames;
import io.deltaport.server.call.OutputFields;
import io.deltaport.server.call.SamplingFields;
import io.deltaport.server.call.Thinking;
import io.deltaport.server.json.Fields;
import io.deltaport.server.json.Json;
import io.deltaport.server.model.ModelService;
import io.deltaport.server.openai.ChatMessagesReader;
import io.deltaport.server.openai.ToolFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code POST /api/chat} and {@code POST /api/generate}. */
public final class OllamaCalls {
  private final ModelNames names;

  public OllamaCalls(ModelNames names) {
    this.names = names;
  }

  /** A conversation. */
  public Call chat(Fields body, ModelService model) {
    List<Map<String, Object>> tools = ToolFields.tools(body);
    Prompt prompt = ChatPrompt.of(ChatMessagesReader.read(body), tools, thinking(body), false);
    return call(body, model, prompt, OllamaReply.Kind.CHAT);
  }

  /** One message; with {@code raw} a text that is continued. */
  public Call generate(Fields body, ModelService model) {
    String text = body.string("prompt").orElse("");
    Prompt prompt = new Prompt.Text(text);
    if (!body.isTrue("raw")) {
      List<Map<String, Object>> messages = new ArrayList<>();
      body.string("system")
          .ifPresent(system -> messages.add(Map.of("role", "system", "content", system)));
      messages.add(Map.of("role", "user", "content", text));
      prompt = ChatPrompt.of(messages, List.of(), thinking(body), false);
    }
    return call(body, model, prompt, OllamaReply.Kind.GENERATE);
  }

  private Call call(Fields body, ModelService model, Prompt prompt, OllamaReply.Kind kind) {
    String name = names.checked(OllamaNames.of(body).orElse(names.all(model).get(0)), model);
    Fields options = body.object("options").orElse(Fields.of(Json.object()));
    OptionalInt most = options.integer("num_predict", -2, Integer.MAX_VALUE);
    GenerationOptions made =
        OutputFields.of(
                model,
                SamplingFields.read(options, model.defaults(), "repeat_penalty"),
                most.orElse(-1) > 0 ? most : OptionalInt.empty())
            .withStopStrings(OutputFields.stops(options, "stop"));
    Request request = Request.of(prompt, made).with(format(body));
    return new Call(
        List.of(request), body.flag("stream").orElse(true), new OllamaReply(name, kind));
  }

  private static Constraint format(Fields body) {
    Optional<JsonNode> format = body.any("format");
    if (format.isEmpty()) {
      return Constraint.NONE;
    }
    if (format.get() instanceof ObjectNode schema) {
      return new Constraint.JsonSchema(Json.line(schema));
    }
    return body.choice("format", "", "json").filter("json"::equals).isPresent()
        ? new Constraint.JsonObject()
        : Constraint.NONE;
  }

  private static Map<String, Object> thinking(Fields body) {
    Optional<JsonNode> think = body.any("think");
    if (think.isPresent() && think.get().isTextual()) {
      return Thinking.effort(think.get().textValue());
    }
    return body.flag("think").map(Thinking::enabled).orElse(Map.of());
  }
}
