package io.deltaport.cli;

import io.deltaport.engine.request.GeneratedToken;
import io.deltaport.engine.request.Generation;
import java.io.PrintWriter;

/**
 * Shows the text of an output; a newline after it only on a terminal, so that a pipe gets the very
 * text.
 */
final class TokenText implements TokenPrinter {
  private final PrintWriter out;

  TokenText(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(GeneratedToken token) {
    out.print(token.text());
    Written.check(out);
  }

  @Override
  public void finish(long promptTokens, Generation generation) {
    if (Terminal.isOutput()) {
      out.println();
    }
  }
}
