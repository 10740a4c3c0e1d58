package io.deltaport.server.json;

import java.util.Optional;

/** Why a request is refused or failed, for the client that made it. */
public final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The kind of failure, and its HTTP status. */
  public enum Kind {
    INVALID(400),
    CONTEXT_LENGTH(400),
    UNSUPPORTED(400),
    UNAUTHENTICATED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    NO_MODEL(404),
    METHOD(405),
    TIMEOUT(408),
    TOO_LARGE(413),
    MEDIA_TYPE(415),
    BUSY(429),
    FAILED(500),
    UNAVAILABLE(503);

    private final int status;

    Kind(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }
  }

  private final Kind kind;
  private final String field;

  public ApiException(Kind kind, String message) {
    this(kind, message, "");
  }

  private ApiException(Kind kind, String message, String field) {
    super(message, null, false, false);
    this.kind = kind;
    this.field = field;
  }

  /** A field of the body is wrong. */
  public static ApiException wrong(String field, String message) {
    return new ApiException(Kind.INVALID, field + ": " + message, field);
  }

  /** A field of the body asks for what is not there. */
  public static ApiException unsupported(String field, String message) {
    return new ApiException(Kind.UNSUPPORTED, field + ": " + message, field);
  }

  public Kind kind() {
    return kind;
  }

  public String message() {
    return String.valueOf(getMessage());
  }

  /** The wrong field, where it is one field's fault. */
  public Optional<String> field() {
    return field.isEmpty() ? Optional.empty() : Optional.of(field);
  }
}
