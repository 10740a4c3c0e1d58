package io.deltaport.grammar;

import io.deltaport.tokenizer.Tokenizer;
import java.util.OptionalInt;

/** What a grammar must know of a tokenizer. Safe to share between threads. */
public interface GrammarTokens {
  /** One above the highest id. */
  int size();

  /** The bytes that an id spells; none where it has no token. */
  byte[] bytes(int id);

  /**
   * Whether an id is an added token, such as {@code <|im_end|>} or {@code <tool_call>}. It stands
   * for itself: text that reads like it is spelled by other tokens.
   */
  boolean isAdded(int id);

  /** The id of a token, given as its text. */
  OptionalInt id(String token);

  /** The ids of a text, as a model would write it. */
  int[] encode(String text);

  /** Those of a model's tokenizer, which must stay open as long as grammars use it. */
  static GrammarTokens of(Tokenizer tokenizer) {
    return new TokenizerTokens(tokenizer);
  }
}
