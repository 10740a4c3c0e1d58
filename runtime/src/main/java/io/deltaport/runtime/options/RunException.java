package io.deltaport.runtime.options;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whatever goes wrong in opening or running a model: one line, and the reason as a value. */
public final class RunException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Whose fault it is. */
  public enum Reason {
    /** An argument is wrong: a token id, a row, a closed sequence. */
    ARGUMENT,
    /** The model directory or checkpoint is damaged, incomplete or not supported. */
    MODEL,
    /** The state would need more memory than it may have. */
    CAPACITY,
    /** The caller cancelled the run. */
    CANCELLED,
    /** ONNX Runtime or a kernel failed. */
    BACKEND
  }

  private final Reason reason;

  public RunException(Reason reason, String message) {
    this(reason, message, null);
  }

  public RunException(Reason reason, String message, @Nullable Throwable cause) {
    super(Objects.requireNonNull(message), cause);
    this.reason = Objects.requireNonNull(reason);
  }

  public Reason reason() {
    return reason;
  }
}
