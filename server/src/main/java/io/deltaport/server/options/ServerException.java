package io.deltaport.server.options;

import org.jspecify.annotations.Nullable;

/** Why a server cannot start: an option is wrong, a port is taken, a file cannot be read. */
public final class ServerException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ServerException(String message) {
    this(message, null);
  }

  public ServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
