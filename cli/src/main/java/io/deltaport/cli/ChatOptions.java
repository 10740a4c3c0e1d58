package io.deltaport.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.generate.Conversation;
import io.deltaport.runtime.text.Tokenizer;
import io.deltaport.template.ChatRequest;
import io.deltaport.template.ChatTemplates;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** A prompt that is a conversation. Any of these has the model's chat template render it. */
final class ChatOptions {
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
      names = "--no-thinking",
      description = "Tell the template to have the model answer at once (enable_thinking = false).")
  private boolean noThinking;

  /** Whether any of the options is there. */
  boolean wantsTemplate() {
    return chat || system.isPresent() || messages.isPresent() || tools.isPresent() || noThinking;
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
  Conversation begin(Model model, Tokenizer tokenizer) {
    ChatTemplates templates = ChatTemplates.load(model.directory());
    ChatRequest request = ChatRequest.parse(request().toString());
    Map<String, Object> variables = new HashMap<>(request.variables());
    variables.remove("add_generation_prompt");
    if (noThinking) {
      variables.put("enable_thinking", false);
    }
    Conversation conversation =
        new Conversation(model, tokenizer, templates, request.tools(), variables);
    system.ifPresent(text -> conversation.add("system", text));
    request.messages().forEach(conversation::add);
    return conversation;
  }

  private ObjectNode request() {
    JsonNode given = messages.map(ChatOptions::json).orElseGet(() -> Json.object().arrayNode());
    ObjectNode request = Json.object();
    if (given instanceof ObjectNode object) {
      request.setAll(object);
    } else {
      request.set("messages", given);
    }
    tools.ifPresent(file -> request.set("tools", json(file)));
    return request;
  }

  private static JsonNode json(String file) {
    try {
      return new ObjectMapper().readTree(TextSource.read(file));
    } catch (JsonProcessingException e) {
      throw new CommandException(file + ": expected JSON, found " + e.getOriginalMessage());
    }
  }
}
