package io.deltaport.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the tokens of {@code tokenizer.json}: the BPE model's, then the added ones. */
final class VocabularyReader {
  private static final int MOST_TOKENS = 4_000_000;
  private static final int MOST_ADDED = 10_000;
  private static final int HIGHEST_ID = (1 << 24) - 1;
  private static final Set<String> MODEL_KEYS =
      Set.of(
          "type",
          "dropout",
          "unk_token",
          "continuing_subword_prefix",
          "end_of_word_suffix",
          "fuse_unk",
          "byte_fallback",
          "ignore_merges",
          "vocab",
          "merges");
  private static final Set<String> ADDED_KEYS =
      Set.of("id", "content", "single_word", "lstrip", "rstrip", "normalized", "special");

  private final Vocabulary.Builder vocabulary = new Vocabulary.Builder();
  private int modelTokens;
  private int highestAdded = -1;

  private VocabularyReader() {}

  static Vocabulary read(Fields fields) {
    VocabularyReader reader = new VocabularyReader();
    reader.readModel(fields.object("model"));
    if (!fields.lacks("added_tokens")) {
      fields.objects("added_tokens", MOST_ADDED).forEach(reader::readAdded);
    }
    return reader.vocabulary.build();
  }

  private void readModel(Fields model) {
    model.only(MODEL_KEYS);
    if (!model.lacks("type")) {
      model.oneOf("type", Set.of("BPE"));
    }
    model.off("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix");
    model.off("byte_fallback");
    model.flags("fuse_unk", "ignore_merges");
    checkMerges(model);
    Fields vocab = model.object("vocab");
    if (vocab.node().size() > MOST_TOKENS) {
      throw model.refused(
          "vocab", "at most " + MOST_TOKENS + " tokens", vocab.node().size() + " tokens");
    }
    vocab.node().properties().forEach(token -> readToken(vocab, token.getKey(), token.getValue()));
    modelTokens = vocab.node().size();
    requireAllBytes(model);
  }

  private void readToken(Fields vocab, String token, JsonNode value) {
    add(vocab, token, token, id(vocab, token, value));
  }

  private void add(Fields fields, String key, String token, int id) {
    if (!vocabulary.add(token, id)) {
      throw fields.refused(key, "an id of its own", id + ", which another token has");
    }
  }

  /** Without a token for each byte, text would be lost in silence. */
  private void requireAllBytes(Fields model) {
    for (int b = 0; b < 256; b++) {
      if (vocabulary.id(String.valueOf(ByteLevel.character(b))) == null) {
        throw model.refused("vocab", "a token for each byte", "none for byte " + b);
      }
    }
  }

  private static void checkMerges(Fields model) {
    JsonNode merges = model.list("merges", MOST_TOKENS);
    for (int i = 0; i < merges.size(); i++) {
      JsonNode merge = merges.get(i);
      boolean pair =
          merge.isArray()
              && merge.size() == 2
              && merge.get(0).isTextual()
              && merge.get(1).isTextual();
      if (!pair && !merge.isTextual()) {
        throw model.refused("merges[" + i + "]", "a pair of tokens", merge.getNodeType().name());
      }
    }
  }

  /**
   * The native library numbers added tokens itself, after those of the model in the order of the
   * file: an id that says otherwise would be ignored there.
   */
  private void readAdded(Fields added) {
    added.only(ADDED_KEYS);
    added.flags("single_word", "lstrip", "rstrip", "normalized", "special");
    String content = added.text("content");
    int id = id(added, "id", added.node().path("id"));
    @Nullable Integer known = vocabulary.id(content);
    int given = known == null ? Math.max(modelTokens, highestAdded + 1) : known;
    if (content.isEmpty() || id != given) {
      throw added.refused("id", String.valueOf(given), id + " for \"" + content + "\"");
    }
    if (known == null) {
      add(added, "id", content, id);
    }
    highestAdded = Math.max(highestAdded, id);
    if (added.isTrue("special")) {
      vocabulary.markSpecial(id);
    }
  }

  private static int id(Fields fields, String key, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw fields.refused(key, "an id", value.asText());
    }
    int id = value.intValue();
    if (id < 0 || id > HIGHEST_ID) {
      throw fields.refused(key, "an id from 0 to " + HIGHEST_ID, String.valueOf(id));
    }
    return id;
  }
}
