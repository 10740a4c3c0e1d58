package io.deltaport.template;

import io.deltaport.template.library.Globals;
import io.deltaport.template.options.TemplateException;
import io.deltaport.template.options.TemplateException.Kind;
import io.deltaport.template.options.TemplateLimits;
import io.deltaport.template.syntax.Parser;
import io.deltaport.template.tree.Scope;
import io.deltaport.template.tree.Template;
import io.deltaport.template.value.Position;
import io.deltaport.template.value.Run;
import io.deltaport.template.value.Value;
import java.time.Clock;
import java.util.Map;

/**
 * One compiled chat template, Jinja as transformers sets it up ({@code _compile_jinja_template} of
 * {@code utils/chat_template_utils.py}). Immutable and safe for use by several threads.
 */
public final class ChatTemplate {

  private final String source;
  private final Template tree;
  private final TemplateLimits limits;

  private ChatTemplate(String source, Template tree, TemplateLimits limits) {
    this.source = source;
    this.tree = tree;
    this.limits = limits;
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
    try {
      return new ChatTemplate(source, Parser.parse(source, limits), limits);
    } catch (StackOverflowError e) {
      throw new TemplateException(Kind.RECURSION, "the template is nested too deep", 0, 0, e);
    }
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
    return render(Conversation.variables(request), request.clock());
  }

  /** Renders with these variables alone. */
  String render(Map<String, Value> variables, Clock clock) {
    long weight = variables.values().stream().mapToLong(Value::weight).sum();
    Run run = new Run(limits, weight, clock);
    Scope scope = Scope.of(Globals.all()).inner(variables);
    try {
      return tree.render(scope, run);
    } catch (TemplateException e) {
      Position place = run.position();
      throw new TemplateException(e.kind(), e.detail(), place.line(), place.column(), e);
    } catch (StackOverflowError e) {
      // Nesting is limited in the template and in calls, but not the product of both.
      Position place = run.position();
      throw new TemplateException(
          Kind.RECURSION, "calls are nested too deep", place.line(), place.column(), e);
    }
  }
}
