package io.deltaport.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.server.anthropic.AnthropicErrors;
import io.deltaport.server.anthropic.Messages;
import io.deltaport.server.call.Api;
import io.deltaport.server.call.ErrorBody;
import io.deltaport.server.call.ModelNames;
import io.deltaport.server.http.Routes;
import io.deltaport.server.json.Fields;
import io.deltaport.server.json.Json;
import io.deltaport.server.model.ModelService;
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
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.BiFunction;

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
    OllamaModels tags = new OllamaModels(names);
    Page page = Page.of(resource("index.html"));
    ObjectNode description = Json.object(resource("openapi.json").getBytes(StandardCharsets.UTF_8));
    routes.open("/", "text/html; charset=utf-8", page.policy(), page.html());
    routes.health();
    routes.metrics();
    routes.get("/version", Apis::version);
    routes.get("/openapi.json", () -> description);
    routes.get("/v1/models", (context, model) -> models.list(model));
    routes.get("/v1/models/:id", (context, model) -> models.one(context.pathParam("id"), model));
    routes.get("/api/tags", (context, model) -> tags.tags(model));
    routes.get("/api/version", Apis::version);
    calls(options).forEach(routes::call);
    texts(options).forEach(routes::post);
  }

  /** What the model answers. */
  private static Map<String, Api> calls(ServerOptions options) {
    ModelNames names = new ModelNames(options.names());
    OllamaCalls ollama = new OllamaCalls(names);
    return Map.of(
        "/v1/chat/completions",
        new ChatCompletions(names),
        "/v1/completions",
        new Completions(names),
        "/v1/responses",
        new Responses(names),
        "/v1/messages",
        new Messages(names, options.stripBillingHeader()),
        "/api/chat",
        ollama::chat,
        "/api/generate",
        ollama::generate);
  }

  /** What is answered without the model. */
  private static Map<String, BiFunction<Fields, ModelService, ObjectNode>> texts(
      ServerOptions options) {
    ModelNames names = new ModelNames(options.names());
    return Map.of(
        "/v1/messages/count_tokens",
        new Messages(names, options.stripBillingHeader())::count,
        "/api/show",
        new OllamaModels(names)::show,
        "/tokenize",
        Texts::tokenize,
        "/detokenize",
        Texts::detokenize,
        "/apply-template",
        Texts::applyTemplate);
  }

  /** What a route makes of a body. */
  static Object read(String path, ServerOptions options, Fields body, ModelService model) {
    Api call = calls(options).get(path);
    return call != null
        ? call.call(body, model)
        : Objects.requireNonNull(texts(options).get(path)).apply(body, model);
  }

  private static ObjectNode version() {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(resource("version.properties")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Json.object().put("version", properties.getProperty("version"));
  }

  /** A file that the server brings along. */
  static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Apis.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
