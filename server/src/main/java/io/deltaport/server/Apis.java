package io.deltaport.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.server.anthropic.AnthropicErrors;
import io.deltaport.server.anthropic.Messages;
import io.deltaport.server.call.ErrorBody;
import io.deltaport.server.call.ModelNames;
import io.deltaport.server.http.Routes;
import io.deltaport.server.json.Json;
import io.deltaport.server.ollama.OllamaCalls;
import io.deltaport.server.ollama.OllamaErrors;
import io.deltaport.server.ollama.OllamaModels;
import io.deltaport.server.openai.ChatCompletions;
import io.deltaport.server.openai.Completions;
import io.deltaport.server.openai.Models;
import io.deltaport.server.openai.OpenAiErrors;
import io.deltaport.server.openai.Responses;
import io.deltaport.server.options.ServerOptions;
import io.deltaport.server.text.Texts;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** All routes of the server. */
final class Apis {
  private static final ErrorBody OPENAI = new OpenAiErrors();
  private static final ErrorBody ANTHROPIC = new AnthropicErrors();
  private static final ErrorBody OLLAMA = new OllamaErrors();

  private Apis() {}

  /** How errors are spelt on a path. */
  static ErrorBody errors(String path) {
    if (path.startsWith("/v1/messages")) {
      return ANTHROPIC;
    }
    return path.startsWith("/api/") ? OLLAMA : OPENAI;
  }

  static void add(Routes routes, ServerOptions options) {
    ModelNames names = new ModelNames(options.names());
    Models models = new Models(names);
    routes.health();
    routes.metrics();
    routes.get("/version", Apis::version);
    routes.get("/v1/models", (context, model) -> models.list(model));
    routes.get("/v1/models/:id", (context, model) -> models.one(context.pathParam("id"), model));
    routes.call("/v1/chat/completions", new ChatCompletions(names));
    routes.call("/v1/completions", new Completions(names));
    routes.call("/v1/responses", new Responses(names));
    Messages messages = new Messages(names, options.stripBillingHeader());
    routes.call("/v1/messages", messages);
    routes.post("/v1/messages/count_tokens", messages::count);
    OllamaCalls ollama = new OllamaCalls(names);
    OllamaModels tags = new OllamaModels(names);
    routes.call("/api/chat", ollama::chat);
    routes.call("/api/generate", ollama::generate);
    routes.get("/api/tags", (context, model) -> tags.tags(model));
    routes.post("/api/show", tags::show);
    routes.get("/api/version", Apis::version);
    routes.post("/tokenize", Texts::tokenize);
    routes.post("/detokenize", Texts::detokenize);
    routes.post("/apply-template", Texts::applyTemplate);
  }

  static ObjectNode version() {
    Properties properties = new Properties();
    try (InputStream in = Apis.class.getResourceAsStream("version.properties")) {
      properties.load(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Json.object().put("version", properties.getProperty("version"));
  }
}
