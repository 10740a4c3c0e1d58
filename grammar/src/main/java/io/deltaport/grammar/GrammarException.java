package io.deltaport.grammar;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a grammar, in a few lines: a source that is malformed, asks for what is not
 * supported or exceeds a limit; an id that is not legal; a build without grammars.
 */
public final class GrammarException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  GrammarException(String message) {
    this(message, null);
  }

  GrammarException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
