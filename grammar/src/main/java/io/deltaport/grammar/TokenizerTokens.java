package io.deltaport.grammar;

import io.deltaport.tokenizer.Tokenizer;
import java.util.OptionalInt;

/** The tokens of a model's tokenizer. */
record TokenizerTokens(Tokenizer tokenizer) implements GrammarTokens {
  @Override
  public int size() {
    return tokenizer.size();
  }

  @Override
  public byte[] bytes(int id) {
    return tokenizer.bytes(id);
  }

  @Override
  public boolean isAdded(int id) {
    return tokenizer.isAdded(id);
  }

  @Override
  public OptionalInt id(String token) {
    return tokenizer.id(token);
  }

  @Override
  public int[] encode(String text) {
    return tokenizer.encode(text);
  }
}
