package io.deltaport.engine.chat;

import io.deltaport.engine.chat.ReplyPart.Kind;
import io.deltaport.engine.output.StopStrings;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells reasoning from answer in a streamed output: text between {@code <think>} and {@code
 * </think>}, where the prompt may have opened it. Newlines around both are left out, as the Qwen
 * templates do. Belongs to one thread.
 */
public final class Reasoning {
  private static final String OPEN = "<think>";
  private static final String CLOSE = "</think>";

  private enum State {
    START,
    REASONING,
    BEFORE_ANSWER,
    ANSWER
  }

  private final StringBuilder reasoning = new StringBuilder();
  private final StringBuilder answer = new StringBuilder();
  private State state;
  private String waiting = "";

  /** An output after this prompt. */
  public Reasoning(String prompt) {
    this.state = prompt.stripTrailing().endsWith(OPEN) ? State.REASONING : State.START;
  }

  /** Takes the next piece of text; returns what is sure now. */
  public List<ReplyPart> add(String piece) {
    List<ReplyPart> parts = new ArrayList<>();
    waiting += piece;
    boolean moved = true;
    while (moved) {
      State before = state;
      advance(parts);
      moved = state != before;
    }
    return parts;
  }

  /** What still waits at the end of the text. */
  public List<ReplyPart> finish() {
    List<ReplyPart> parts = new ArrayList<>();
    emit(state == State.REASONING ? Kind.REASONING : Kind.ANSWER, waiting, parts);
    waiting = "";
    return parts;
  }

  public String reasoning() {
    return reasoning.toString().strip();
  }

  public String answer() {
    return answer.toString();
  }

  private void advance(List<ReplyPart> parts) {
    switch (state) {
      case START -> start();
      case REASONING -> reason(parts);
      case BEFORE_ANSWER -> skipNewlines();
      case ANSWER -> {
        emit(Kind.ANSWER, waiting, parts);
        waiting = "";
      }
    }
  }

  private void start() {
    String text = waiting.stripLeading();
    if (text.startsWith(OPEN)) {
      state = State.REASONING;
      waiting = text.substring(OPEN.length());
    } else if (!OPEN.startsWith(text)) {
      state = State.ANSWER;
    }
  }

  private void reason(List<ReplyPart> parts) {
    int close = waiting.indexOf(CLOSE);
    int sure = close < 0 ? waiting.length() - StopStrings.start(waiting, CLOSE) : close;
    emit(Kind.REASONING, waiting.substring(0, sure), parts);
    waiting = waiting.substring(close < 0 ? sure : close + CLOSE.length());
    state = close < 0 ? State.REASONING : State.BEFORE_ANSWER;
  }

  private void skipNewlines() {
    int first = 0;
    while (first < waiting.length() && waiting.charAt(first) == '\n') {
      first++;
    }
    waiting = waiting.substring(first);
    state = waiting.isEmpty() ? State.BEFORE_ANSWER : State.ANSWER;
  }

  private void emit(Kind kind, String text, List<ReplyPart> parts) {
    boolean leading = kind == Kind.REASONING && reasoning.isEmpty();
    String shown = leading ? text.stripLeading() : text;
    if (!shown.isEmpty()) {
      (kind == Kind.REASONING ? reasoning : answer).append(shown);
      parts.add(new ReplyPart(kind, shown));
    }
  }
}
