package io.deltaport.cli;

/** What the exit codes of every command mean. */
final class ExitCode {
  /** The work is done; a check found no difference. */
  static final int DONE = 0;

  /** A check ({@code parity}, {@code verify}) found a difference. */
  static final int DIFFERENT = 1;

  /** The work could not be done, for whatever reason, wrong usage included. */
  static final int FAILED = 2;

  /** Cancelled by Ctrl-C. */
  static final int CANCELLED = 130;

  private ExitCode() {}
}
