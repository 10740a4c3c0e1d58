package io.deltaport.engine.chat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call written as {@code <function=NAME><parameter=NAME>}, value, {@code
 * </parameter></function></tool_call>}. Values are text and may hold anything, tags too: a tag in a
 * value counts only where a line begins (or the whole value is in one line with its tag) and where
 * the tag that must come next follows. Tags that are missing are taken for granted where another
 * tag shows it. Of parameters given twice the first counts.
 */
final class XmlCall implements CallBody {
  static final String FUNCTION = "<function=";

  private static final char NOTHING = 0;
  private static final String FUNCTION_END = "</function>";
  private static final String PARAMETER = "<parameter=";
  private static final String PARAMETER_END = "</parameter>";
  private static final String CALL = ChatTag.CALL.text();
  private static final String CALL_END = ChatTag.CALL_END.text();
  private static final List<String> TAGS =
      List.of(PARAMETER_END, FUNCTION_END, PARAMETER, CALL_END);

  private enum State {
    FUNCTION,
    PARAMETERS,
    VALUE,
    AFTER,
    OVER
  }

  /** Whether a text has something, as far as it has come. */
  private enum Sure {
    YES,
    NO,
    NOT_YET
  }

  private final CallEvents events;
  private final ToolSchemas tools;
  private final String opening;
  private final Set<String> given = new HashSet<>();
  private State state = State.FUNCTION;
  private String waiting = "";
  private String tool = "";
  private boolean isLast;
  private @Nullable JsonCall json;
  private @Nullable XmlValue value;
  private boolean hasLines;
  private char before;

  /**
   * A call that comes.
   *
   * @param opening what led to it: {@code <tool_call>}, or nothing
   */
  XmlCall(CallEvents events, ToolSchemas tools, String opening) {
    this.events = events;
    this.tools = tools;
    this.opening = opening;
  }

  @Override
  public Optional<String> add(String piece) {
    if (json != null) {
      return json.add(piece);
    }
    waiting += piece;
    boolean moved = true;
    while (moved && state != State.OVER && json == null) {
      moved = advance();
    }
    if (json != null) {
      return json.add(waiting);
    }
    return state == State.OVER ? Optional.of(waiting) : Optional.empty();
  }

  @Override
  public String finish() {
    if (json != null) {
      return json.finish();
    }
    isLast = true;
    add("");
    return switch (state) {
      case FUNCTION -> opening + waiting;
      case OVER -> waiting;
      case PARAMETERS, VALUE, AFTER -> "";
    };
  }

  private boolean advance() {
    return switch (state) {
      case FUNCTION -> function();
      case PARAMETERS -> parameters();
      case VALUE -> value();
      case AFTER -> after();
      case OVER -> false;
    };
  }

  private boolean function() {
    String text = waiting.stripLeading();
    if (text.startsWith(FUNCTION)) {
      int end = text.indexOf('>');
      if (end < 0 && text.indexOf('\n') < 0) {
        return false;
      }
      if (end > 0 && text.lastIndexOf('\n', end) < 0) {
        tool = text.substring(FUNCTION.length(), end).strip();
        waiting = text.substring(end + 1);
        events.start(tool);
        state = State.PARAMETERS;
        return true;
      }
    } else if (FUNCTION.startsWith(text)) {
      return false;
    } else if (text.startsWith("{")) {
      json = new JsonCall(events);
      return true;
    }
    events.text(opening); // no call
    state = State.OVER;
    return true;
  }

  private boolean parameters() {
    String text = waiting.stripLeading();
    if (text.startsWith(PARAMETER)) {
      return parameter(text);
    }
    if (text.startsWith(FUNCTION_END)) {
      return end(text.substring(FUNCTION_END.length()), State.AFTER);
    }
    if (text.startsWith(CALL_END)) {
      return end(text.substring(CALL_END.length()), State.OVER);
    }
    if (text.isEmpty() || (!isLast && TAGS.stream().anyMatch(tag -> tag.startsWith(text)))) {
      return false;
    }
    int next = text.indexOf('<', 1); // what belongs to no parameter is dropped
    waiting = next < 0 ? "" : text.substring(next);
    return next >= 0;
  }

  private boolean parameter(String text) {
    int end = text.indexOf('>');
    if (end < 0) {
      return false;
    }
    String name = text.substring(PARAMETER.length(), end).strip();
    waiting = text.substring(end + 1);
    before = NOTHING;
    hasLines = false;
    state = State.VALUE;
    value = null;
    if (given.add(name)) {
      value = new XmlValue(tools.parameter(tool, name));
      events.arguments((given.size() == 1 ? "{" : ", ") + JsonText.quoted(name) + ": ");
    }
    return true;
  }

  private boolean end(String left, State next) {
    events.arguments(given.isEmpty() ? "{}" : "}");
    events.end();
    waiting = left;
    state = next;
    return true;
  }

  private boolean value() {
    if (before == NOTHING && !waiting.isEmpty()) {
      hasLines = waiting.startsWith("\n");
    }
    int at = waiting.indexOf('<');
    while (at >= 0) {
      Sure ends = endsAt(at);
      if (ends == Sure.YES) {
        take(at);
        if (value != null) {
          events.arguments(value.finish());
        }
        boolean closed = waiting.startsWith(PARAMETER_END);
        waiting = closed ? waiting.substring(PARAMETER_END.length()) : waiting;
        state = State.PARAMETERS;
        return true;
      }
      if (ends == Sure.NOT_YET) {
        take(at);
        return false;
      }
      at = waiting.indexOf('<', at + 1);
    }
    take(waiting.length());
    return false;
  }

  /** Gives the value its next characters. */
  private void take(int count) {
    if (count > 0) {
      before = waiting.charAt(count - 1);
      if (value != null) {
        events.arguments(value.add(waiting.substring(0, count)));
      }
      waiting = waiting.substring(count);
    }
  }

  /** Whether the value ends before the tag at this place. */
  private Sure endsAt(int at) {
    boolean beginsLine = (at == 0 ? before : waiting.charAt(at - 1)) == '\n';
    if (!beginsLine && hasLines) {
      return Sure.NO;
    }
    String text = waiting.substring(at);
    if (text.startsWith(PARAMETER_END)) {
      return follows(text.substring(PARAMETER_END.length()), PARAMETER, FUNCTION_END, CALL_END);
    }
    if (text.startsWith(FUNCTION_END)) {
      return follows(text.substring(FUNCTION_END.length()), CALL_END);
    }
    if (text.startsWith(CALL_END)) {
      return follows(text.substring(CALL_END.length()), CALL);
    }
    if (text.startsWith(PARAMETER)) {
      return isNextParameter(text.substring(PARAMETER.length()));
    }
    return TAGS.stream().anyMatch(tag -> tag.startsWith(text)) ? Sure.NOT_YET : Sure.NO;
  }

  /** Whether one of these tags comes next, or the end of the output. */
  private Sure follows(String text, String... tags) {
    String next = text.stripLeading();
    for (String tag : tags) {
      if (next.startsWith(tag)) {
        return Sure.YES;
      }
    }
    if (next.isEmpty() && isLast) {
      return Sure.YES;
    }
    return List.of(tags).stream().anyMatch(tag -> tag.startsWith(next)) ? Sure.NOT_YET : Sure.NO;
  }

  /** Whether it is the name of a parameter that the tool has and that was not given yet. */
  private Sure isNextParameter(String text) {
    int end = text.indexOf('>');
    if (end < 0) {
      return text.indexOf('\n') < 0 ? Sure.NOT_YET : Sure.NO;
    }
    String name = text.substring(0, end).strip();
    return tools.has(tool, name) && !given.contains(name) ? Sure.YES : Sure.NO;
  }

  private boolean after() {
    String text = waiting.stripLeading();
    if (text.startsWith(CALL_END)) {
      waiting = text.substring(CALL_END.length());
    } else if (CALL_END.startsWith(text)) {
      return false;
    }
    state = State.OVER;
    return true;
  }
}
