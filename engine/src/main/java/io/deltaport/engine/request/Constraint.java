package io.deltaport.engine.request;

import java.util.List;

/** What the text of an output must be; in a chat, the answer after the reasoning. */
public sealed interface Constraint {
  /** Any text. */
  record None() implements Constraint {}

  /** Any JSON object. */
  record JsonObject() implements Constraint {}

  /** JSON that a schema describes, given as JSON. */
  record JsonSchema(String schema) implements Constraint {}

  /** All of the text matches. */
  record Regex(String pattern) implements Constraint {}

  /** A grammar in Lark's notation, as llguidance reads it. */
  record Lark(String grammar) implements Constraint {}

  /** One of these texts. */
  record Choice(List<String> texts) implements Constraint {
    public Choice {
      texts = List.copyOf(texts);
    }
  }

  Constraint NONE = new None();
}
