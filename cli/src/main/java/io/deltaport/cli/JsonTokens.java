package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.sampling.ScoredToken;
import io.deltaport.tokenizer.SpecialTokens;
import io.deltaport.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows an output as one JSON object, when it is over. */
final class JsonTokens implements TokenPrinter {
  private final PrintWriter out;
  private final Tokenizer tokenizer;
  private final GenerationOptions options;
  private final boolean isChat;
  private final ArrayNode logProbs = Json.object().arrayNode();

  JsonTokens(PrintWriter out, Tokenizer tokenizer, GenerationOptions options, boolean isChat) {
    this.out = out;
    this.tokenizer = tokenizer;
    this.options = options;
    this.isChat = isChat;
  }

  @Override
  public void on(Event event) {
    if (event instanceof Event.Token token) {
      score(token);
    }
  }

  private void score(Event.Token token) {
    token
        .score()
        .ifPresent(
            score -> {
              ObjectNode entry = logProbs.addObject();
              put(entry, score);
              ArrayNode best = entry.putArray("top");
              token.best().forEach(other -> put(best.addObject(), other));
            });
  }

  @Override
  public void finish(Answer answer) {
    Answer.Choice choice = answer.choice();
    ObjectNode object = Json.object();
    object.put("text", isChat ? tokenizer.decode(SpecialTokens.SKIP, ids(choice)) : choice.text());
    object.put("prompt_tokens", answer.usage().promptTokens());
    ArrayNode ids = object.putArray("tokens");
    choice.ids().forEach(ids::add);
    object.put("stop", choice.reason().name().toLowerCase(Locale.ROOT));
    if (options.sampling().isGreedy()) {
      object.putNull("seed");
    } else {
      object.put("seed", answer.usage().seed());
    }
    if (options.logProbs() > 0) {
      object.set("logprobs", logProbs);
    }
    if (isChat) {
      object.put("content", choice.text());
      object.put("reasoning", choice.reasoning());
      ArrayNode calls = object.putArray("tool_calls");
      choice.toolCalls().forEach(call -> put(calls.addObject(), call));
    }
    Json.print(out, object);
  }

  private static int[] ids(Answer.Choice choice) {
    return choice.ids().stream().mapToInt(Integer::intValue).toArray();
  }

  private static void put(ObjectNode entry, Answer.ToolCall call) {
    entry.put("id", call.id());
    entry.put("name", call.name());
    entry.put("arguments", call.arguments());
  }

  private void put(ObjectNode entry, ScoredToken token) {
    entry.put("id", token.id());
    entry.put("token", tokenizer.decode(SpecialTokens.KEEP, token.id()));
    Json.number(entry, "logprob", token.logProbability());
  }
}
