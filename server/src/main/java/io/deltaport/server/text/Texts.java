package io.deltaport.server.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.chat.ChatPrompts;
import io.deltaport.engine.request.Prompt;
import io.deltaport.engine.request.ToolChoice;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Fields;
import io.deltaport.server.json.Json;
import io.deltaport.server.model.ModelService;
import io.deltaport.server.openai.ChatCompletions;
import io.deltaport.template.ChatTemplates;
import io.deltaport.tokenizer.SpecialTokens;
import java.util.Optional;

/** Tokens of texts and chats, and texts of tokens; nothing of it needs the model itself. */
public final class Texts {
  private Texts() {}

  /** {@code POST /tokenize}: of a text, or of {@code messages} as the template renders them. */
  public static ObjectNode tokenize(Fields body, ModelService model) {
    String text = body.any("messages").isPresent() ? rendered(body, model) : text(body);
    int[] ids = model.tokenizer().encode(text);
    ObjectNode node =
        Json.object().put("count", ids.length).put("max_model_len", model.contextLength());
    ArrayNode tokens = node.putArray("tokens");
    for (int id : ids) {
      tokens.add(id);
    }
    return node;
  }

  /** {@code POST /detokenize}; under both names that clients look for. */
  public static ObjectNode detokenize(Fields body, ModelService model) {
    int[] ids = body.tokens("tokens").orElseThrow(() -> body.missing("tokens"));
    String text = model.tokenizer().decode(SpecialTokens.KEEP, ids);
    return Json.object().put("content", text).put("prompt", text);
  }

  /** {@code POST /apply-template}: the prompt of a chat request. */
  public static ObjectNode applyTemplate(Fields body, ModelService model) {
    return Json.object().put("prompt", rendered(body, model));
  }

  private static String text(Fields body) {
    Optional<String> text =
        body.string("content").or(() -> body.string("prompt")).or(() -> body.string("text"));
    return text.orElseThrow(() -> body.missing("content"));
  }

  private static String rendered(Fields body, ModelService model) {
    ChatTemplates templates =
        model
            .templates()
            .orElseThrow(
                () -> ApiException.unsupported("messages", "this model has no chat template"));
    Prompt.Chat prompt = ChatCompletions.prompt(body);
    boolean answers = body.flag("add_generation_prompt").orElse(true);
    return answers
        ? new ChatPrompts(templates, model.tokenizer()).render(prompt, ToolChoice.AUTO).text()
        : templates.render(prompt.chat());
  }
}
