package io.deltaport.engine.request;

import org.jspecify.annotations.Nullable;

/** Why a request was refused or failed; the message tells whoever made it what to do. */
public final class EngineException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The kind of failure. */
  public enum Reason {
    /** The request is wrong: a field's value, messages that the template refuses. */
    REQUEST,
    /** Prompt and output are longer than the context. */
    CONTEXT_LENGTH,
    /** It wants what this build or model has not, such as a grammar. */
    UNSUPPORTED,
    /** The queue is full; later it may work. */
    QUEUE_FULL,
    /** It waited longer than its deadline. */
    DEADLINE,
    /** The engine is draining or closed. */
    CLOSED,
    /** Its listener threw. */
    LISTENER,
    /** The model failed. */
    MODEL
  }

  private final Reason reason;

  public EngineException(Reason reason, String message) {
    this(reason, message, null);
  }

  public EngineException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
