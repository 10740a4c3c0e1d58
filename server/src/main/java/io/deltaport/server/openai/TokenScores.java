package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.sampling.ScoredToken;
import io.deltaport.server.json.Json;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Log-probabilities of tokens as the chat API tells them. */
final class TokenScores {
  private final Tokenizer tokenizer;
  private final int best;

  /** With so many best tokens beside each. */
  TokenScores(Tokenizer tokenizer, int best) {
    this.tokenizer = tokenizer;
    this.best = best;
  }

  /** {@code {"content": [...]}}. */
  ObjectNode of(List<Event.Token> tokens) {
    ObjectNode node = Json.object();
    ArrayNode content = node.putArray("content");
    for (Event.Token token : tokens) {
      ScoredToken score = token.score().orElse(new ScoredToken(token.id(), 0));
      ObjectNode entry = entry(score);
      ArrayNode top = entry.putArray("top_logprobs");
      token.best().stream().limit(best).map(this::entry).forEach(top::add);
      content.add(entry);
    }
    return node;
  }

  private ObjectNode entry(ScoredToken token) {
    byte[] bytes = tokenizer.bytes(token.id());
    ObjectNode entry =
        Json.object()
            .put("token", new String(bytes, StandardCharsets.UTF_8))
            .put("logprob", finite(token.logProbability()));
    ArrayNode list = entry.putArray("bytes");
    for (byte value : bytes) {
      list.add(Byte.toUnsignedInt(value));
    }
    return entry;
  }

  /** JSON has no infinity; a token without any probability has what OpenAI gives it. */
  static double finite(double logProbability) {
    return Math.max(logProbability, -9999);
  }
}
