package io.deltaport.engine.chat;

import io.deltaport.engine.output.StopStrings;
import io.deltaport.engine.request.Event;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads an output of a chat as it comes: reasoning, text, tool calls. Where a tag is a token of the
 * vocabulary the token counts, and not the same text; inside a call all is text. White space around
 * reasoning and calls belongs to neither. Whatever the output is, something is made of it: what is
 * no call is text. Belongs to one thread.
 */
public final class ChatParser {
  private static final Pattern BARE_CALL = Pattern.compile("<function=([^\\n>]+)>");

  private final ChatFormat format;
  private final ChatTag.Ids ids;
  private final ToolSchemas tools;
  private final CallEvents events;
  private boolean reasoning;

  /** The output itself opened the reasoning, be it a second time after the prompt. */
  private boolean opened;

  /** Something of the reasoning came. */
  private boolean reasoned;

  /** The reasoning is over: newlines before the answer are left out, and none begins again. */
  private boolean afterReasoning;

  /** Some of the answer's text came. */
  private boolean answered;

  /** What waits comes from inside a call, where tokens became text: tags count as text. */
  private boolean textual;

  private String waiting = "";
  private @Nullable CallBody body;

  /**
   * A parser of one output.
   *
   * @param format how calls are written
   * @param vocabulary the id of a token, where the vocabulary has it
   * @param choice which output of its request it is
   * @param prompt the rendered prompt: reasoning has begun where it ends in {@code <think>}
   * @param tools that may be called; without any, a call is text
   */
  public ChatParser(
      ChatFormat format,
      Function<String, OptionalInt> vocabulary,
      int choice,
      String prompt,
      List<Map<String, Object>> tools) {
    this.format = format;
    this.ids = new ChatTag.Ids(vocabulary);
    this.tools = new ToolSchemas(tools);
    this.events = new CallEvents(choice);
    this.reasoning = prompt.stripTrailing().endsWith(ChatTag.THINK.text());
  }

  /** Whether reasoning goes on: what must have a form, such as JSON, comes after it. */
  public boolean isReasoning() {
    return reasoning;
  }

  /** Whether at least one tool call is whole. */
  public boolean hasCall() {
    return events.ended() > 0;
  }

  /**
   * Takes the next token; what is sure now.
   *
   * @param piece the text that it makes sure: whole characters, perhaps none
   */
  public List<Event> add(int id, String piece) {
    ChatTag tag = ids.tag(id);
    if (tag == null) {
      text(piece);
    } else {
      String text = tag.text();
      text(piece.endsWith(text) ? piece.substring(0, piece.length() - text.length()) : piece);
      tag(tag);
    }
    return events.take();
  }

  /** The output is over; what was waiting. */
  public List<Event> finish() {
    return finish("");
  }

  /** The same, with the text that was left of its last tokens. */
  public List<Event> finish(String rest) {
    text(rest);
    if (body != null) {
      events.text(body.finish());
      body = null;
    } else if (reasoning) {
      reason(waiting.stripTrailing());
    } else if (events.begun() == 0 || !waiting.isBlank()) {
      show(waiting);
    }
    waiting = "";
    return events.take();
  }

  private void text(String piece) {
    if (body != null) {
      feed(body, piece);
      return;
    }
    waiting += piece;
    boolean moved = true;
    while (moved && body == null) {
      moved = reasoning ? readReasoning() : readAnswer();
    }
  }

  private void feed(CallBody call, String piece) {
    Optional<String> left = call.add(piece);
    if (left.isPresent()) {
      body = null;
      textual = true;
      text(left.get());
      textual = false;
    }
  }

  /** A tag that counts. */
  private void tag(ChatTag tag) {
    boolean known =
        body == null
            && switch (tag) {
              case THINK -> think();
              case THINK_END -> thinkEnd();
              case CALL -> call();
              case CALL_END -> waiting.isBlank() && events.begun() > 0; // one too many
            };
    if (!known) {
      text(tag.text());
    }
  }

  private boolean think() {
    if (reasoning) {
      boolean again = !opened && !reasoned && waiting.isBlank();
      opened |= again;
      return again;
    }
    boolean begins = isStart() && waiting.isBlank();
    if (begins) {
      waiting = "";
      reasoning = true;
      opened = true;
    }
    return begins;
  }

  private boolean thinkEnd() {
    if (!reasoning) {
      return false;
    }
    reason(waiting.stripTrailing());
    waiting = "";
    reasoning = false;
    afterReasoning = true;
    return true;
  }

  private boolean call() {
    if (tools.isEmpty()) {
      return false;
    }
    thinkEnd();
    begin(ChatTag.CALL.text(), "");
    return true;
  }

  private void begin(String opening, String rest) {
    show(waiting.stripTrailing());
    waiting = "";
    CallBody call =
        format == ChatFormat.XML ? new XmlCall(events, tools, opening) : new JsonCall(events);
    body = call;
    feed(call, rest);
  }

  /** Returns whether what waits now belongs to something else. */
  private boolean readReasoning() {
    if (!reasoned) {
      waiting = waiting.stripLeading();
      String open = ChatTag.THINK.text();
      if (!ids.has(ChatTag.THINK) && !opened && waiting.length() < open.length()) {
        if (open.startsWith(waiting)) {
          return false;
        }
      } else if (!ids.has(ChatTag.THINK) && !opened && waiting.startsWith(open)) {
        opened = true;
        waiting = waiting.substring(open.length()).stripLeading();
      }
    }
    int end = find(ChatTag.THINK_END);
    int call = tools.isEmpty() ? -1 : find(ChatTag.CALL);
    if (end >= 0 && (call < 0 || end < call)) {
      String rest = waiting.substring(end + ChatTag.THINK_END.text().length());
      waiting = waiting.substring(0, end);
      thinkEnd();
      waiting = rest;
      return true;
    }
    if (call >= 0) {
      String rest = waiting.substring(call + ChatTag.CALL.text().length());
      waiting = waiting.substring(0, call);
      thinkEnd();
      begin(ChatTag.CALL.text(), rest);
      return false;
    }
    int sure = Math.min(before(ChatTag.THINK_END), before(ChatTag.CALL));
    reason(take(beforeSpace(sure)));
    return false;
  }

  /** Returns whether what waits now belongs to something else. */
  private boolean readAnswer() {
    if (afterReasoning && !answered) {
      waiting = withoutNewlines(waiting);
    }
    if (isStart()) {
      String text = waiting.stripLeading();
      if (!ids.has(ChatTag.THINK) && text.startsWith(ChatTag.THINK.text())) {
        waiting = text.substring(ChatTag.THINK.text().length());
        reasoning = true;
        opened = true;
        return true;
      }
      if (text.isEmpty() || (!ids.has(ChatTag.THINK) && ChatTag.THINK.text().startsWith(text))) {
        return false;
      }
    }
    if (tools.isEmpty()) {
      show(take(waiting.length()));
      return false;
    }
    return readCall();
  }

  private boolean readCall() {
    int call = find(ChatTag.CALL);
    int bare = bareCall();
    if (call >= 0 && (bare < 0 || call < bare)) {
      String rest = waiting.substring(call + ChatTag.CALL.text().length());
      waiting = waiting.substring(0, call);
      begin(ChatTag.CALL.text(), rest);
      return false;
    }
    if (bare >= 0) {
      String rest = waiting.substring(bare);
      waiting = waiting.substring(0, bare);
      begin("", rest);
      return false;
    }
    show(take(beforeSpace(Math.min(before(ChatTag.CALL), beforeBareCall()))));
    return false;
  }

  /** Where a call of a known tool begins a line without {@code <tool_call>} before it, or -1. */
  private int bareCall() {
    if (format != ChatFormat.XML) {
      return -1;
    }
    Matcher matcher = BARE_CALL.matcher(waiting);
    while (matcher.find()) {
      if (beginsLine(matcher.start()) && tools.has(matcher.group(1).strip())) {
        return matcher.start();
      }
    }
    return -1;
  }

  /** Where such a call may begin at the end of what waits; else where that ends. */
  private int beforeBareCall() {
    int at = waiting.lastIndexOf('<');
    if (format != ChatFormat.XML || at < 0 || !beginsLine(at)) {
      return waiting.length();
    }
    String text = waiting.substring(at);
    boolean may =
        XmlCall.FUNCTION.startsWith(text)
            || (text.startsWith(XmlCall.FUNCTION)
                && text.indexOf('>') < 0
                && text.indexOf('\n') < 0);
    return may ? at : waiting.length();
  }

  /**
   * Whether nothing but blanks is before it in its line. White space at the end always waits, so
   * that text that was let through ends no line.
   */
  private boolean beginsLine(int at) {
    int from = at;
    while (from > 0 && (waiting.charAt(from - 1) == ' ' || waiting.charAt(from - 1) == '\t')) {
      from--;
    }
    return from == 0 ? !answered : waiting.charAt(from - 1) == '\n';
  }

  /** Where a tag stands whose text counts, or -1. */
  private int find(ChatTag tag) {
    return textual || !ids.has(tag) ? waiting.indexOf(tag.text()) : -1;
  }

  /** Where the start of such a tag stands at the end of what waits; else where that ends. */
  private int before(ChatTag tag) {
    String sought = tag.text();
    int begun = ids.has(tag) ? 0 : StopStrings.start(waiting, sought);
    return waiting.length() - begun;
  }

  private int beforeSpace(int end) {
    int sure = end;
    while (sure > 0 && Character.isWhitespace(waiting.charAt(sure - 1))) {
      sure--;
    }
    return sure;
  }

  private String take(int count) {
    String taken = waiting.substring(0, count);
    waiting = waiting.substring(count);
    return taken;
  }

  private void reason(String text) {
    reasoned |= !text.isEmpty();
    events.reasoning(text);
  }

  /** Lets text of the answer through; white space between calls is none. */
  private void show(String text) {
    String shown = answered || events.begun() == 0 ? text : text.stripLeading();
    if (!shown.isEmpty()) {
      answered = true;
      events.text(shown);
    }
  }

  /** Nothing but white space came: reasoning may begin. */
  private boolean isStart() {
    return !afterReasoning && !answered && events.begun() == 0;
  }

  private static String withoutNewlines(String text) {
    int first = 0;
    while (first < text.length() && text.charAt(first) == '\n') {
      first++;
    }
    return text.substring(first);
  }
}
