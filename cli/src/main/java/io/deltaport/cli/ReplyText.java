package io.deltaport.cli;

import io.deltaport.engine.chat.ReplyPart;
import io.deltaport.engine.chat.ReplyPart.Kind;
import java.io.PrintWriter;
import java.util.function.Consumer;

/**
 * Shows a reply as it comes: on a terminal with its reasoning, dimmed, before the answer; else the
 * answer alone.
 */
final class ReplyText implements Consumer<ReplyPart> {
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final PrintWriter out;
  private boolean reasoned;

  ReplyText(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void accept(ReplyPart part) {
    if (part.kind() == Kind.ANSWER) {
      out.print(reasoned ? "\n" + part.text() : part.text());
      reasoned = false;
    } else if (Terminal.isOutput()) {
      out.print(DIM + part.text() + PLAIN);
      reasoned = true;
    }
    Written.check(out);
  }
}
