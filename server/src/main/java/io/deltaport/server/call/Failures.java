package io.deltaport.server.call;

import io.deltaport.engine.request.EngineException;
import io.deltaport.runtime.options.RunException;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.ApiException.Kind;
import io.deltaport.template.options.TemplateException;
import io.deltaport.tokenizer.TokenizerException;

/** Whatever goes wrong in the engine, as the client is told: nothing internal leaks. */
public final class Failures {
  private Failures() {}

  public static ApiException of(Throwable failure) {
    if (failure instanceof ApiException known) {
      return known;
    }
    if (failure instanceof EngineException engine) {
      return of(engine);
    }
    if (failure instanceof TemplateException template) {
      return new ApiException(Kind.INVALID, "the chat template: " + template.detail());
    }
    boolean wrongArgument =
        failure instanceof RunException run && run.reason() == RunException.Reason.ARGUMENT;
    if (wrongArgument || failure instanceof TokenizerException) {
      return new ApiException(Kind.INVALID, String.valueOf(failure.getMessage()));
    }
    return new ApiException(Kind.FAILED, "internal error");
  }

  private static ApiException of(EngineException failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure.reason()) {
      case REQUEST -> new ApiException(Kind.INVALID, message);
      case CONTEXT_LENGTH -> new ApiException(Kind.CONTEXT_LENGTH, message);
      case UNSUPPORTED -> new ApiException(Kind.UNSUPPORTED, message);
      case QUEUE_FULL -> new ApiException(Kind.BUSY, message);
      case DEADLINE, CLOSED -> new ApiException(Kind.UNAVAILABLE, message);
      case LISTENER, MODEL -> new ApiException(Kind.FAILED, "the model failed");
    };
  }
}
