package io.deltaport.server.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.engine.sampling.ScoredToken;
import io.deltaport.server.json.Json;
import io.deltaport.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Log-probabilities of tokens as the completions API tells them: four lists side by side. Belongs
 * to one text; tokens are added in order.
 */
final class TextScores {
  private final Tokenizer tokenizer;
  private final int best;
  private final ArrayNode tokens = Json.array();
  private final ArrayNode logProbs = Json.array();
  private final ArrayNode top = Json.array();
  private final ArrayNode offsets = Json.array();
  private int offset;

  /** With so many best tokens beside each, of a text that begins at this character. */
  TextScores(Tokenizer tokenizer, int best, int offset) {
    this.tokenizer = tokenizer;
    this.best = best;
    this.offset = offset;
  }

  /** A token with its score, or without where nothing was before it. */
  void add(int id, Optional<ScoredToken> score, List<ScoredToken> others) {
    tokens.add(name(id));
    offsets.add(offset);
    offset += new String(tokenizer.bytes(id), StandardCharsets.UTF_8).length();
    if (score.isEmpty()) {
      logProbs.addNull();
      top.addNull();
      return;
    }
    logProbs.add(TokenScores.finite(score.get().logProbability()));
    ObjectNode named = top.addObject();
    others.stream()
        .limit(best)
        .forEach(other -> named.put(name(other.id()), TokenScores.finite(other.logProbability())));
  }

  int offset() {
    return offset;
  }

  ObjectNode node() {
    ObjectNode node = Json.object();
    node.set("tokens", tokens);
    node.set("token_logprobs", logProbs);
    node.set("top_logprobs", top);
    return node.set("text_offset", offsets);
  }

  /** A token's text, or its bytes where they are only a part of a character, as OpenAI has it. */
  private String name(int id) {
    byte[] bytes = tokenizer.bytes(id);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      StringBuilder name = new StringBuilder("bytes:");
      for (byte value : bytes) {
        name.append("\\x%02x".formatted(Byte.toUnsignedInt(value)));
      }
      return name.toString();
    }
  }
}
