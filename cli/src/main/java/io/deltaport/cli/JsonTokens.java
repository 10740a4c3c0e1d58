package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.Reply;
import io.deltaport.engine.request.GeneratedToken;
import io.deltaport.engine.request.Generation;
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
  private final ArrayNode logProbs = Json.object().arrayNode();

  JsonTokens(PrintWriter out, Tokenizer tokenizer, GenerationOptions options) {
    this.out = out;
    this.tokenizer = tokenizer;
    this.options = options;
  }

  @Override
  public void accept(GeneratedToken token) {
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
  public void finish(long promptTokens, Generation generation) {
    Json.print(out, json(promptTokens, generation));
  }

  @Override
  public void finish(Reply reply) {
    ObjectNode object = json(reply.promptTokens(), reply.generation());
    object.put("content", reply.content());
    object.put("reasoning", reply.reasoning());
    Json.print(out, object);
  }

  private ObjectNode json(long promptTokens, Generation generation) {
    ObjectNode object = Json.object();
    object.put("text", generation.text());
    object.put("prompt_tokens", promptTokens);
    ArrayNode ids = object.putArray("tokens");
    generation.tokens().forEach(ids::add);
    object.put("stop", generation.reason().name().toLowerCase(Locale.ROOT));
    if (options.sampling().isGreedy()) {
      object.putNull("seed");
    } else {
      object.put("seed", options.sampling().seed().orElseThrow());
    }
    if (options.logProbs() > 0) {
      object.set("logprobs", logProbs);
    }
    return object;
  }

  private void put(ObjectNode entry, ScoredToken token) {
    entry.put("id", token.id());
    entry.put("token", tokenizer.decode(SpecialTokens.KEEP, token.id()));
    Json.number(entry, "logprob", token.logProbability());
  }
}
