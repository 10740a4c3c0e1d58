package io.deltaport.tokenizer;

import org.jspecify.annotations.Nullable;

/**
 * Whatever goes wrong in loading or using a tokenizer, in one line: a file that is damaged or not
 * supported, a text or an id that it cannot take, a native library that does not load.
 */
public final class TokenizerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TokenizerException(String message) {
    this(message, null);
  }

  TokenizerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
