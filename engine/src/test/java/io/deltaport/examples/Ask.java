package io.deltaport.examples;

import io.deltaport.engine.Engine;
import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.Request;
import io.deltaport.template.ChatRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Asks a model and prints its answer as it comes: {@code Ask MODEL QUESTION}. */
public final class Ask {
  private Ask() {}

  public static void main(String[] args) {
    try (Engine engine = Engine.open(Path.of(args[0]), EngineOptions.DEFAULT)) {
      GenerationOptions options =
          GenerationOptions.greedy(200).withStopTokens(engine.defaults().stopTokens());
      ChatRequest chat = ChatRequest.of(List.of(Map.of("role", "user", "content", args[1])));
      engine
          .submit(
              Request.chat(options, chat),
              event -> {
                if (event instanceof Event.Text text) {
                  System.out.print(text.text());
                }
              })
          .await();
    }
  }
}
