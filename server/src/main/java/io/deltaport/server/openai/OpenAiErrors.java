package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.server.call.ErrorBody;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Json;
import org.jspecify.annotations.Nullable;

/** Errors as OpenAI's APIs spell them: {@code {"error": {message, type, param, code}}}. */
public final class OpenAiErrors implements ErrorBody {
  @Override
  public int status(ApiException failure) {
    return failure.kind().status();
  }

  @Override
  public ObjectNode of(ApiException failure) {
    return Json.object().set("error", error(failure));
  }

  static ObjectNode error(ApiException failure) {
    return Json.object()
        .put("message", failure.message())
        .put("type", type(failure.kind()))
        .put("param", failure.field().orElse(null))
        .put("code", code(failure.kind()));
  }

  private static String type(ApiException.Kind kind) {
    return switch (kind) {
      case UNAUTHENTICATED -> "authentication_error";
      case FORBIDDEN -> "permission_error";
      case BUSY -> "rate_limit_error";
      case FAILED -> "server_error";
      case UNAVAILABLE -> "service_unavailable";
      case INVALID,
          CONTEXT_LENGTH,
          UNSUPPORTED,
          NOT_FOUND,
          NO_MODEL,
          METHOD,
          TIMEOUT,
          TOO_LARGE,
          MEDIA_TYPE ->
          "invalid_request_error";
    };
  }

  private static @Nullable String code(ApiException.Kind kind) {
    return switch (kind) {
      case CONTEXT_LENGTH -> "context_length_exceeded";
      case UNAUTHENTICATED -> "invalid_api_key";
      case NO_MODEL -> "model_not_found";
      case BUSY -> "rate_limit_exceeded";
      case UNSUPPORTED -> "unsupported_value";
      case INVALID,
          FORBIDDEN,
          NOT_FOUND,
          METHOD,
          TIMEOUT,
          TOO_LARGE,
          MEDIA_TYPE,
          FAILED,
          UNAVAILABLE ->
          null;
    };
  }
}
