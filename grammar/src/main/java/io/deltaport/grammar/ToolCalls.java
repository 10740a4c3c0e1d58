package io.deltaport.grammar;

import java.util.List;
import java.util.OptionalInt;

/**
 * Calls of tools and nothing else, up to the last {@code </tool_call>}. Where {@code <tool_call>}
 * is a token of its own, that token is the only way to write it. Calls stand a line break apart.
 *
 * @param tools those that may be called; one alone is a call of that one
 */
public record ToolCalls(Format format, List<Tool> tools, Count count) implements GrammarSource {
  private static final String OPEN = "<tool_call>";
  private static final String CLOSE = "</tool_call>";

  /** How a model was taught to write a call. */
  public enum Format {
    /** {@code {"name": …, "arguments": {…}}}, as Qwen3 writes it. */
    HERMES_JSON,
    /**
     * {@code <function=NAME>} with a {@code <parameter=KEY>} an argument, as Qwen3-Coder and
     * Qwen3.5 write it. Arguments come in the order of the schema's properties, and none but those;
     * strings are written as they are.
     */
    CODER_XML
  }

  /** How many calls. */
  public enum Count {
    ONE,
    ONE_OR_MORE
  }

  public ToolCalls {
    tools = List.copyOf(tools);
    if (tools.isEmpty()) {
      throw new GrammarException("calls of no tool");
    }
  }

  @Override
  public SourceText text(GrammarTokens tokens) {
    StringBuilder rules = new StringBuilder();
    rules.append(count == Count.ONE ? "start: call\n" : "start: call (\"\\n\" call)*\n");
    rules.append(
        "call: %s \"\\n\" tool \"\\n\" %s\n".formatted(tag(OPEN, tokens), tag(CLOSE, tokens)));
    rules.append("tool: tool_0");
    for (int i = 1; i < tools.size(); i++) {
      rules.append(" | tool_").append(i);
    }
    rules.append('\n');
    for (int i = 0; i < tools.size(); i++) {
      String rule = "tool_" + i;
      rules.append(
          switch (format) {
            case HERMES_JSON -> HermesCall.rules(rule, tools.get(i));
            case CODER_XML -> CoderCall.rules(rule, tools.get(i));
          });
    }
    return SourceText.lark(rules.toString());
  }

  /** A tag as the token that it is, or else as text. */
  private static String tag(String tag, GrammarTokens tokens) {
    OptionalInt id = tokens.id(tag);
    return id.isPresent() && tokens.isAdded(id.getAsInt())
        ? LarkText.token(id.getAsInt())
        : LarkText.literal(tag);
  }
}
