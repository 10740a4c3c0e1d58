package io.deltaport.engine.chat;

/** A piece of a reply's text, as it comes. */
public record ReplyPart(Kind kind, String text) {
  /** What a piece belongs to. */
  public enum Kind {
    /** Between {@code <think>} and {@code </think>}. */
    REASONING,
    /** What the reader is meant to see, tool calls included. */
    ANSWER
  }
}
