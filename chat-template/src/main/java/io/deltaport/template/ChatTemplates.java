package io.deltaport.template;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The chat templates of a model directory and the special tokens that they see. As transformers
 * finds them: {@code chat_template.jinja} and {@code additional_chat_templates/*.jinja}, else
 * {@code chat_template} of {@code tokenizer_config.json}, one text or a list of named ones.
 */
public final class ChatTemplates {

  private final Map<String, ChatTemplate> templates;
  private final Map<String, String> specialTokens;

  private ChatTemplates(Map<String, ChatTemplate> templates, Map<String, String> specialTokens) {
    this.templates = templates;
    this.specialTokens = specialTokens;
  }

  /**
   * Reads and compiles the templates of a model directory, or the one of a {@code .jinja} file
   * (named {@code default}, without special tokens).
   *
   * @throws TemplateException where there is none, or a file or template is broken; the message
   *     names the file
   */
  public static ChatTemplates load(Path directoryOrFile) {
    throw new TemplateException(
        TemplateException.Kind.FILE, directoryOrFile + ": no chat template");
  }

  /** The names of the templates; a single one is {@code default}. */
  public Set<String> names() {
    return templates.keySet();
  }

  /** The special tokens by name, such as {@code eos_token}. */
  public Map<String, String> specialTokens() {
    return specialTokens;
  }

  /** The template of this name, or null. */
  public @Nullable ChatTemplate template(String name) {
    return templates.get(name);
  }

  /**
   * Renders a request with the template that transformers picks: {@code tool_use} where there are
   * tools and such a template, else {@code default}; the special tokens are variables.
   *
   * @throws TemplateException where the template raises, or there is neither
   */
  public String render(ChatRequest request) {
    throw new TemplateException(TemplateException.Kind.UNSUPPORTED, "rendering " + request);
  }

  /** Renders a request with the template of this name; the special tokens are variables. */
  public String render(ChatRequest request, String name) {
    throw new TemplateException(TemplateException.Kind.UNSUPPORTED, "rendering " + request + name);
  }
}
