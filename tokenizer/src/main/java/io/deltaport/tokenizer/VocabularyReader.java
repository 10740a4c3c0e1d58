package io.deltaport.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.json.StrictJson;
import java.io.IOException;
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

  private static final int NOT_SEEN = -1;
  private static final Fields MODEL = fields("model");
  private static final Fields VOCAB = fields("model.vocab");

  private final Vocabulary.Builder vocabulary = new Vocabulary.Builder();
  private int modelTokens = NOT_SEEN;
  private boolean mergesSeen;
  private int highestAdded = -1;

  /**
   * Reads the model's object at which the parser stands. Its two long values are read as they come;
   * the others become the object that is returned, which {@link #build} checks.
   */
  ObjectNode readModel(JsonParser json) throws IOException {
    ObjectNode rest = JsonNodeFactory.instance.objectNode();
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      JsonToken begin = json.nextToken();
      if (key.equals("vocab") && begin == JsonToken.START_OBJECT) {
        readTokens(json);
      } else if (key.equals("merges") && begin == JsonToken.START_ARRAY) {
        checkMerges(json);
      } else {
        rest.set(key, StrictJson.value(json));
      }
    }
    return rest;
  }

  /** The vocabulary, after {@link #readModel} and with what the other keys of the file say. */
  Vocabulary build(Fields fields) {
    checkModel(fields.object("model"));
    if (!fields.lacks("added_tokens")) {
      fields.objects("added_tokens", MOST_ADDED).forEach(this::readAdded);
    }
    return vocabulary.build();
  }

  private void checkModel(Fields model) {
    model.only(MODEL_KEYS);
    if (!model.lacks("type")) {
      model.oneOf("type", Set.of("BPE"));
    }
    model.off("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix");
    model.off("byte_fallback");
    model.flags("fuse_unk", "ignore_merges");
    if (modelTokens == NOT_SEEN) {
      model.object("vocab");
    }
    if (!mergesSeen) {
      model.list("merges", MOST_TOKENS);
    }
    requireAllBytes(model);
  }

  private void readTokens(JsonParser json) throws IOException {
    modelTokens = 0;
    for (String token = json.nextFieldName(); token != null; token = json.nextFieldName()) {
      if (++modelTokens > MOST_TOKENS) {
        throw MODEL.refused("vocab", "at most " + MOST_TOKENS + " tokens", "more");
      }
      boolean whole = json.nextToken() == JsonToken.VALUE_NUMBER_INT;
      if (!whole || json.getNumberType() != JsonParser.NumberType.INT) {
        throw VOCAB.refused(token, "an id", StrictJson.value(json).asText());
      }
      add(VOCAB, token, token, id(VOCAB, token, json.getIntValue()));
    }
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

  private void checkMerges(JsonParser json) throws IOException {
    mergesSeen = true;
    int merges = 0;
    for (JsonToken merge = json.nextToken();
        merge != JsonToken.END_ARRAY;
        merge = json.nextToken(), merges++) {
      if (merges == MOST_TOKENS) {
        throw MODEL.refused("merges", "at most " + MOST_TOKENS + " entries", "more");
      }
      boolean pair =
          merge == JsonToken.START_ARRAY
              && json.nextToken() == JsonToken.VALUE_STRING
              && json.nextToken() == JsonToken.VALUE_STRING
              && json.nextToken() == JsonToken.END_ARRAY;
      if (!pair && merge != JsonToken.VALUE_STRING) {
        JsonNodeType found =
            merge == JsonToken.START_ARRAY
                ? JsonNodeType.ARRAY
                : StrictJson.value(json).getNodeType();
        throw MODEL.refused("merges[" + merges + "]", "a pair of tokens", found.name());
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
    vocabulary.markAdded(id);
    if (added.isTrue("special")) {
      vocabulary.markSpecial(id);
    }
  }

  private static int id(Fields fields, String key, JsonNode value) {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw fields.refused(key, "an id", value.asText());
    }
    return id(fields, key, value.intValue());
  }

  private static int id(Fields fields, String key, int id) {
    if (id < 0 || id > HIGHEST_ID) {
      throw fields.refused(key, "an id from 0 to " + HIGHEST_ID, String.valueOf(id));
    }
    return id;
  }

  /** For errors about keys of an object that is not kept. */
  private static Fields fields(String key) {
    return new Fields("tokenizer.json: " + key, JsonNodeFactory.instance.objectNode());
  }
}
