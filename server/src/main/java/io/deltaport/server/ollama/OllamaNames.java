package io.deltaport.server.ollama;

import io.deltaport.server.json.Fields;
import java.util.Optional;

/**
 * The name of a model as Ollama's clients send it: {@code latest} is what they add of themselves.
 */
final class OllamaNames {
  private static final String LATEST = ":latest";

  private OllamaNames() {}

  static Optional<String> of(Fields body) {
    return body.string("model")
        .or(() -> body.string("name"))
        .map(
            name ->
                name.endsWith(LATEST) ? name.substring(0, name.length() - LATEST.length()) : name);
  }
}
