package io.deltaport.server.ollama;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.StopReason;
import io.deltaport.engine.request.Usage;
import io.deltaport.server.call.Output;
import io.deltaport.server.call.Part.Called;
import io.deltaport.server.call.Reply;
import io.deltaport.server.call.Transcript;
import io.deltaport.server.json.ApiException;
import io.deltaport.server.json.Json;
import java.time.Instant;
import java.util.List;

/** An answer of Ollama's API: whole, or a line of JSON a piece. A call comes when it is whole. */
final class OllamaReply implements Reply {
  /** Which route it answers. */
  enum Kind {
    CHAT,
    GENERATE
  }

  private final String model;
  private final Kind kind;
  private final Transcript transcript = new Transcript();
  private StopReason reason = StopReason.STOP_TOKEN;

  OllamaReply(String model, Kind kind) {
    this.model = model;
    this.kind = kind;
  }

  @Override
  public String piece(int request, Event event) {
    transcript.add(request, event);
    if (event instanceof Event.Text text) {
      return line(answer(text.text(), "", List.of()).put("done", false));
    } else if (event instanceof Event.Reasoning thought) {
      return line(answer("", thought.text(), List.of()).put("done", false));
    } else if (event instanceof Event.ToolCallEnded) {
      List<Called> calls = transcript.output().calls();
      Called last = calls.get(calls.size() - 1);
      return line(answer("", "", List.of(last)).put("done", false));
    } else if (event instanceof Event.ChoiceFinished end) {
      reason = end.reason();
    } else if (event instanceof Event.Finished finished) {
      return line(finished(answer("", "", List.of()), reason, finished.usage()));
    }
    return "";
  }

  @Override
  public String last() {
    return "";
  }

  @Override
  public String failure(ApiException failure) {
    return line(new OllamaErrors().of(failure));
  }

  @Override
  public String ping() {
    return "";
  }

  @Override
  public String contentType() {
    return "application/x-ndjson";
  }

  @Override
  public ObjectNode whole(Transcript whole) {
    Output output = whole.output();
    ObjectNode answer = answer(output.text(), output.reasoning(), output.calls());
    return finished(answer, output.reason(), whole.usage());
  }

  private ObjectNode answer(String text, String thinking, List<Called> calls) {
    ObjectNode answer =
        Json.object().put("model", model).put("created_at", Instant.now().toString());
    if (kind == Kind.GENERATE) {
      answer.put("response", text);
      if (!thinking.isEmpty()) {
        answer.put("thinking", thinking);
      }
      return answer;
    }
    ObjectNode message = answer.putObject("message").put("role", "assistant").put("content", text);
    if (!thinking.isEmpty()) {
      message.put("thinking", thinking);
    }
    if (!calls.isEmpty()) {
      var list = message.putArray("tool_calls");
      calls.forEach(call -> list.addObject().set("function", function(call)));
    }
    return answer;
  }

  private static ObjectNode function(Called call) {
    return Json.object().put("name", call.name()).set("arguments", arguments(call));
  }

  private static JsonNode arguments(Called call) {
    try {
      return Json.parse(call.arguments().toString());
    } catch (JsonProcessingException e) {
      return Json.object();
    }
  }

  private static ObjectNode finished(ObjectNode answer, StopReason why, Usage usage) {
    return answer
        .put("done", true)
        .put("done_reason", why == StopReason.LENGTH ? "length" : "stop")
        .put("total_duration", usage.total().toNanos())
        .put("load_duration", 0)
        .put("prompt_eval_count", usage.promptTokens())
        .put("prompt_eval_duration", usage.firstToken().minus(usage.queued()).toNanos())
        .put("eval_count", usage.outputTokens())
        .put("eval_duration", usage.total().minus(usage.firstToken()).toNanos());
  }

  private static String line(ObjectNode node) {
    return Json.line(node) + "\n";
  }
}
