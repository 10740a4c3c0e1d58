package io.deltaport.cli;

/** The arguments of a command, or what it was given to read, are wrong. */
final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandException(String message) {
    super(message);
  }
}
