package io.deltaport.engine.constrain;

import io.deltaport.engine.chat.ChatFormat;
import io.deltaport.engine.request.Constraint;
import io.deltaport.engine.request.EngineException;
import io.deltaport.engine.request.EngineException.Reason;
import io.deltaport.engine.request.ToolChoice;
import io.deltaport.grammar.Grammar;
import io.deltaport.grammar.GrammarCompiler;
import io.deltaport.grammar.GrammarException;
import io.deltaport.grammar.GrammarLimits;
import io.deltaport.grammar.GrammarSource;
import io.deltaport.grammar.GrammarTokens;
import io.deltaport.grammar.Tool;
import io.deltaport.grammar.ToolCalls;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes grammars of what requests demand. The compiler is made for the first that needs one.
 * Thread-safe.
 */
public final class Constraints implements AutoCloseable {
  private static final String CALL = "<tool_call>";

  private final Tokenizer tokenizer;
  private final int vocabulary;
  private final int[] ends;
  private @Nullable GrammarCompiler compiler;

  /**
   * For a model.
   *
   * @param vocabulary rows of its logits
   * @param ends ids that end an output
   */
  public Constraints(Tokenizer tokenizer, int vocabulary, Set<Integer> ends) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
    this.ends = ends.stream().mapToInt(Integer::intValue).toArray();
  }

  /**
   * The tools of a chat, and whether they are called.
   *
   * @param tools of the OpenAI shape
   * @param parallel whether there may be more than one call
   */
  public record Tools(
      ToolChoice choice, List<Map<String, Object>> tools, ChatFormat format, boolean parallel) {
    public static final Tools NONE = new Tools(ToolChoice.NONE, List.of(), ChatFormat.JSON, true);
  }

  /**
   * What an output must be.
   *
   * @param afterReasoning it begins after reasoning, which is free
   * @throws EngineException if it cannot be, or this build has no grammars
   */
  public Demand compile(Constraint constraint, Tools tools, boolean afterReasoning) {
    Optional<GrammarSource> answer = source(constraint);
    Optional<GrammarSource> calls = calls(tools);
    boolean mustCall =
        tools.choice() instanceof ToolChoice.Required || tools.choice() instanceof ToolChoice.Named;
    if (mustCall && answer.isPresent()) {
      throw new EngineException(
          Reason.REQUEST, "a call of a tool and a format of the text cannot both be demanded");
    }
    if (answer.isEmpty() && calls.isEmpty()) {
      return Demand.NONE;
    }
    Optional<GrammarSource> whole = mustCall ? calls : answer;
    OptionalInt call = tokenizer.id(CALL);
    try {
      @Nullable Grammar first = whole.map(source -> compiled(afterReasoning, source)).orElse(null);
      @Nullable Grammar later = mustCall ? null : calls.map(this::compiled).orElse(null);
      return new Demand(first, later, call, this::isBlank, vocabulary);
    } catch (GrammarException e) {
      throw new EngineException(Reason.REQUEST, "grammar: " + e.getMessage(), e);
    }
  }

  private Grammar compiled(boolean afterReasoning, GrammarSource source) {
    return compiled(afterReasoning ? new GrammarSource.AfterLineBreaks(source) : source);
  }

  private Grammar compiled(GrammarSource source) {
    return compiler().compile(source);
  }

  private boolean isBlank(int id) {
    return new String(tokenizer.bytes(id), StandardCharsets.UTF_8).isBlank();
  }

  private synchronized GrammarCompiler compiler() {
    if (compiler == null) {
      GrammarCompiler.unavailable()
          .ifPresent(
              reason -> {
                throw new EngineException(Reason.UNSUPPORTED, reason);
              });
      compiler =
          new GrammarCompiler(
              GrammarTokens.of(tokenizer), vocabulary, ends, GrammarLimits.defaults());
    }
    return compiler;
  }

  private static Optional<GrammarSource> source(Constraint constraint) {
    if (constraint instanceof Constraint.JsonObject) {
      return Optional.of(new GrammarSource.AnyJson());
    } else if (constraint instanceof Constraint.JsonSchema json) {
      return Optional.of(new GrammarSource.JsonSchema(json.schema()));
    } else if (constraint instanceof Constraint.Regex regex) {
      return Optional.of(new GrammarSource.Regex(regex.pattern()));
    } else if (constraint instanceof Constraint.Lark lark) {
      return Optional.of(new GrammarSource.Lark(lark.grammar()));
    } else if (constraint instanceof Constraint.Choice choice) {
      return Optional.of(new GrammarSource.Choice(choice.texts()));
    }
    return Optional.empty();
  }

  /** Calls, where they are demanded, or one of the tools wants its schema kept to. */
  private static Optional<GrammarSource> calls(Tools tools) {
    List<Tool> callable = new ArrayList<>();
    boolean strict = false;
    for (Map<String, Object> tool : tools.tools()) {
      Map<?, ?> function = tool.get("function") instanceof Map<?, ?> inner ? inner : tool;
      if (tools.choice() instanceof ToolChoice.Named named
          && !named.name().equals(function.get("name"))) {
        continue;
      }
      strict |= Boolean.TRUE.equals(function.get("strict"));
      callable.add(tool(function));
    }
    ToolChoice choice = tools.choice();
    if (choice instanceof ToolChoice.None || (choice instanceof ToolChoice.Auto && !strict)) {
      return Optional.empty();
    }
    if (callable.isEmpty()) {
      throw new EngineException(
          Reason.REQUEST,
          choice instanceof ToolChoice.Named named
              ? "tool_choice: there is no tool " + named.name()
              : "tool_choice: a call is demanded, and there is no tool");
    }
    ToolCalls.Format format =
        tools.format() == ChatFormat.XML
            ? ToolCalls.Format.CODER_XML
            : ToolCalls.Format.HERMES_JSON;
    return Optional.of(
        new ToolCalls(
            format,
            callable,
            tools.parallel() ? ToolCalls.Count.ONE_OR_MORE : ToolCalls.Count.ONE));
  }

  private static Tool tool(Map<?, ?> function) {
    Object parameters = function.get("parameters");
    try {
      return new Tool(
          String.valueOf(function.get("name")),
          parameters == null ? "{}" : JsonValues.write(parameters),
          Tool.Arguments.BY_SCHEMA);
    } catch (GrammarException e) {
      throw new EngineException(Reason.REQUEST, "tools: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    if (compiler != null) {
      compiler.close();
      compiler = null;
    }
  }
}
