package io.deltaport.engine.request;

import io.deltaport.template.ChatRequest;
import java.util.Arrays;

/** What a request continues, scores or classifies. */
public sealed interface Prompt {
  /** Token ids as they are, at least one. */
  @SuppressWarnings("ArrayRecordComponent") // copied, and compared by content
  record Tokens(int... ids) implements Prompt {
    public Tokens {
      ids = ids.clone();
    }

    @Override
    public int[] ids() {
      return ids.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Tokens tokens && Arrays.equals(ids, tokens.ids);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
      return "Tokens[" + ids.length + "]";
    }
  }

  /** A text, which the model's tokenizer encodes. */
  record Text(String text) implements Prompt {}

  /**
   * A conversation, which the model's chat template renders; its output is read as one: reasoning,
   * text, tool calls.
   *
   * @param chat messages of the OpenAI shape, tools, template variables
   * @param continueFinal the last message, of the assistant, is gone on with; else the model
   *     answers with a message of its own
   */
  record Chat(ChatRequest chat, boolean continueFinal) implements Prompt {}
}
