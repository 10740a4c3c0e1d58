package io.deltaport.cli;

import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.Event;
import java.io.PrintWriter;

/**
 * Shows the text of an output: of a chat on a terminal with its reasoning, dimmed, before the
 * answer, else the answer alone; a newline after it only on a terminal, so that a pipe gets the
 * very text.
 */
final class TokenText implements TokenPrinter {
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final PrintWriter out;
  private boolean reasoned;

  TokenText(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void on(Event event) {
    if (event instanceof Event.Text text) {
      out.print(reasoned ? "\n" + text.text() : text.text());
      reasoned = false;
    } else if (event instanceof Event.Reasoning reasoning && Terminal.isOutput()) {
      out.print(DIM + reasoning.text() + PLAIN);
      reasoned = true;
    } else if (event instanceof Event.ToolCallStarted call) {
      out.print("\n[" + call.name() + "] ");
    } else if (event instanceof Event.ToolCallArguments piece) {
      out.print(piece.json());
    }
    Written.check(out);
  }

  @Override
  public void finish(Answer answer) {
    if (Terminal.isOutput()) {
      out.println();
    }
  }
}
