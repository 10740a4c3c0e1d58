package io.deltaport.server.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.chat.ChatPrompts;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Prompt;
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
import io.deltaport.server.openai.ToolFields;
import io.deltaport.template.ChatTemplates;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code POST /v1/messages} and {@code /v1/messages/count_tokens}. */
public final class Messages implements Api {
  private final ModelNames names;
  private final MessagesReader reader;

  /** Leaves out a system block that changes with every request, where that is wanted. */
  public Messages(ModelNames names, boolean stripBillingHeader) {
    this.names = names;
    this.reader = new MessagesReader(stripBillingHeader);
  }

  @Override
  public Call call(Fields body, ModelService model) {
    String name = names.of(body, model);
    OptionalInt maxTokens = body.integer("max_tokens", 1, Integer.MAX_VALUE);
    if (maxTokens.isEmpty()) {
      throw body.missing("max_tokens");
    }
    List<Map<String, Object>> tools = tools(body);
    GenerationOptions options =
        OutputFields.of(model, SamplingFields.read(body, model.defaults()), maxTokens)
            .withStopStrings(OutputFields.stops(body, "stop_sequences"));
    Optional<Fields> choice = body.object("tool_choice");
    boolean single = choice.map(fields -> fields.isTrue("disable_parallel_tool_use")).orElse(false);
    Request request =
        Request.of(prompt(body, tools), options)
            .with(choice.map(fields -> choice(fields, tools)).orElse(ToolChoice.AUTO))
            .withParallelToolCalls(!single);
    return new Call(List.of(request), body.isTrue("stream"), new MessageReply(name));
  }

  /** How many tokens a conversation has. */
  public ObjectNode count(Fields body, ModelService model) {
    names.of(body, model);
    ChatTemplates templates =
        model
            .templates()
            .orElseThrow(
                () -> ApiException.unsupported("messages", "this model has no chat template"));
    int[] ids =
        new ChatPrompts(templates, model.tokenizer())
            .render(prompt(body, tools(body)), ToolChoice.AUTO)
            .ids();
    return Json.object().put("input_tokens", ids.length);
  }

  private Prompt.Chat prompt(Fields body, List<Map<String, Object>> tools) {
    List<Map<String, Object>> messages = reader.read(body);
    boolean continues =
        !messages.isEmpty() && "assistant".equals(messages.get(messages.size() - 1).get("role"));
    return ChatPrompt.of(messages, tools, thinking(body), continues);
  }

  /** Anthropic's models think only when asked. */
  private static Map<String, Object> thinking(Fields body) {
    Optional<Fields> thinking = body.object("thinking");
    if (thinking.isEmpty()) {
      return Map.of();
    }
    String type =
        thinking
            .get()
            .choice("type", "enabled", "disabled", "adaptive")
            .orElseThrow(() -> thinking.get().missing("type"));
    return Thinking.enabled(!type.equals("disabled"));
  }

  /** Tools with a schema; those that Anthropic runs itself are left out. */
  private static List<Map<String, Object>> tools(Fields body) {
    List<Map<String, Object>> tools = new ArrayList<>();
    for (Fields tool : body.objects("tools", ToolFields.MOST)) {
      Optional<Fields> schema = tool.object("input_schema");
      if (schema.isPresent()) {
        String description = tool.string("description").orElse("");
        tools.add(ToolFields.tool(tool.required("name"), description, schema.get().node()));
      } else if (tool.string("type").filter(type -> !type.equals("custom")).isEmpty()) {
        throw tool.missing("input_schema");
      }
    }
    return tools;
  }

  private static ToolChoice choice(Fields fields, List<Map<String, Object>> tools) {
    String type =
        fields
            .choice("type", "auto", "any", "tool", "none")
            .orElseThrow(() -> fields.missing("type"));
    ToolChoice choice =
        switch (type) {
          case "any" -> ToolChoice.REQUIRED;
          case "none" -> ToolChoice.NONE;
          case "tool" -> new ToolChoice.Named(fields.required("name"));
          default -> ToolChoice.AUTO;
        };
    ToolFields.check(choice, tools, "tool_choice");
    return choice;
  }
}
