package io.deltaport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.deltaport.engine.Conversation;
import io.deltaport.engine.Engine;
import io.deltaport.template.ChatRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A prompt that is a conversation. Any of these has the model's chat template render it. */
final class ChatOptions {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Option(
      names = "--chat",
      description =
          "Converse: PROMPT, then each line of standard input, is a message of the user; what was read stays read.")
  private boolean chat;

  @Option(names = "--system", paramLabel = "TEXT", description = "The system message of a chat.")
  private Optional<String> system = Optional.empty();

  @Option(
      names = "--messages",
      paramLabel = "FILE",
      description =
          "A chat's messages so far: a JSON list, or a request of the OpenAI shape (- for standard input).")
  private Optional<String> messages = Optional.empty();

  @Option(
      names = "--tools",
      paramLabel = "FILE",
      description = "JSON schemas of the tools that the model may call.")
  private Optional<String> tools = Optional.empty();

  @Option(
      names = "--thinking",
      negatable = true,
      description =
          "Tell the template whether the model is to reason before it answers (enable_thinking; default: as the template"
              + " has it).")
  private @Nullable Boolean thinking;

  @Option(
      names = "--reasoning-effort",
      paramLabel = "LEVEL",
      description =
          "Tell the template how much the model is to reason, in the template's words (reasoning_effort).")
  private Optional<String> reasoningEffort = Optional.empty();

  /** Whether any of the options is there. */
  boolean wantsTemplate() {
    return chat
        || system.isPresent()
        || messages.isPresent()
        || tools.isPresent()
        || thinking != null
        || reasoningEffort.isPresent();
  }

  /** Whether more messages come from standard input. */
  boolean wantsConversation() {
    return chat;
  }

  /** Whether there are messages already. */
  boolean hasMessages() {
    return messages.isPresent();
  }

  /** The conversation that the options begin. */
  Conversation begin(Engine engine) {
    Optional<ChatRequest> request = messages.map(ChatOptions::request);
    Map<String, Object> variables =
        new HashMap<>(request.map(ChatRequest::variables).orElse(Map.of()));
    variables.remove("add_generation_prompt");
    if (thinking != null) {
      variables.put("enable_thinking", thinking);
    }
    reasoningEffort.ifPresent(level -> variables.put("reasoning_effort", level));
    Conversation conversation = new Conversation(engine, tools(request), variables);
    system.ifPresent(text -> conversation.add("system", text));
    request.ifPresent(given -> given.messages().forEach(conversation::add));
    return conversation;
  }

  private @Nullable List<Map<String, Object>> tools(Optional<ChatRequest> request) {
    if (tools.isEmpty()) {
      return request.map(ChatRequest::tools).orElse(null);
    }
    JsonNode list = json(tools.get());
    if (!list.isArray() || list.isEmpty()) {
      throw new CommandException(tools.get() + ": expected a JSON list of tools");
    }
    List<Map<String, Object>> schemas = new ArrayList<>();
    for (JsonNode tool : list) {
      if (!tool.isObject()) {
        throw new CommandException(tools.get() + ": expected each tool to be a JSON object");
      }
      schemas.add(MAPPER.convertValue(tool, new TypeReference<Map<String, Object>>() {}));
    }
    return schemas;
  }

  private static ChatRequest request(String file) {
    JsonNode given = json(file);
    JsonNode request = given.isArray() ? Json.object().set("messages", given) : given;
    return ChatRequest.parse(request.toString());
  }

  private static JsonNode json(String file) {
    try {
      return MAPPER.readTree(TextSource.read(file));
    } catch (JsonProcessingException e) {
      throw new CommandException(file + ": expected JSON, found " + e.getOriginalMessage());
    }
  }
}
