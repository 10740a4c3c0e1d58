package io.deltaport.cli;

import java.io.PrintWriter;

/** Notices a reader that is gone: work for nobody ends. */
final class Written {
  private Written() {}

  /** Flushes; throws if that failed. */
  static void check(PrintWriter out) {
    if (out.checkError()) {
      throw new CommandException("the output cannot be written");
    }
  }
}
