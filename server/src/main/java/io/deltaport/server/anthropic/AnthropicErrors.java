package io.deltaport.server.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.server.call.ErrorBody;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Json;

/** Errors as Anthropic's API spells them: {@code {"type": "error", "error": {type, message}}}. */
public final class AnthropicErrors implements ErrorBody {
  private static final int OVERLOADED = 529;

  @Override
  public int status(ApiException failure) {
    return failure.kind() == ApiException.Kind.UNAVAILABLE ? OVERLOADED : failure.kind().status();
  }

  @Override
  public ObjectNode of(ApiException failure) {
    ObjectNode error =
        Json.object().put("type", type(failure.kind())).put("message", failure.message());
    return Json.object().put("type", "error").set("error", error);
  }

  private static String type(ApiException.Kind kind) {
    return switch (kind) {
      case INVALID, CONTEXT_LENGTH, UNSUPPORTED, METHOD, TIMEOUT, MEDIA_TYPE ->
          "invalid_request_error";
      case UNAUTHENTICATED -> "authentication_error";
      case FORBIDDEN -> "permission_error";
      case NOT_FOUND, NO_MODEL -> "not_found_error";
      case TOO_LARGE -> "request_too_large";
      case BUSY -> "rate_limit_error";
      case FAILED -> "api_error";
      case UNAVAILABLE -> "overloaded_error";
    };
  }
}
