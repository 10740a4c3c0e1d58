package io.deltaport.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.json.StrictJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * {@code tokenizer.json}, a byte-level BPE, checked key by key.
 *
 * @param json what of it the native tokenizer gets: no truncation, padding or post-processor
 * @param vocabulary its tokens
 */
record TokenizerFile(String json, Vocabulary vocabulary) {
  private static final String NAME = "tokenizer.json";
  private static final int MOST_STEPS = 8;
  private static final Set<String> NORMAL_FORMS = Set.of("NFC", "NFD", "NFKC", "NFKD");
  private static final Set<String> BEHAVIORS =
      Set.of("Isolated", "Removed", "MergedWithPrevious", "MergedWithNext", "Contiguous");
  private static final Set<String> TOP_KEYS =
      Set.of(
          "version",
          "truncation",
          "padding",
          "added_tokens",
          "normalizer",
          "pre_tokenizer",
          "post_processor",
          "decoder",
          "model");

  /** What these would do is not wanted. */
  private static final Set<String> UNUSED = Set.of("truncation", "padding", "post_processor");

  private static final String CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
  private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /**
   * The pre-tokenizer patterns that are let through: those of Qwen2 to Qwen3.5, Llama 3, GPT-2 and
   * GPT-4o. The native regex engine backtracks and aborts the process after 10 million steps, so a
   * stranger's pattern is refused.
   */
  private static final Set<String> PATTERNS =
      Set.of(
          CONTRACTIONS
              + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
              + SPACES,
          CONTRACTIONS
              + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*"
              + SPACES,
          CONTRACTIONS
              + "|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
              + SPACES,
          "'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
              + CONTRACTIONS
              + "?|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
              + CONTRACTIONS
              + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*"
              + SPACES);

  /**
   * Reads and checks the file, in one pass: of its long values no tree is made.
   *
   * @throws io.deltaport.loader.CheckpointException naming the key, what was expected and what was
   *     found
   */
  static TokenizerFile read(Path file) {
    String text = StrictJson.text(file);
    try (JsonParser json = StrictJson.factory().createParser(text)) {
      return read(text, json);
    } catch (IOException e) {
      throw StrictJson.malformed(NAME, e);
    }
  }

  private static TokenizerFile read(String text, JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      String found =
          json.currentToken() == null ? "nothing" : StrictJson.kind(StrictJson.value(json));
      throw CheckpointException.refused(NAME, "a JSON object", found);
    }
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    VocabularyReader reader = new VocabularyReader();
    StringBuilder used = new StringBuilder(text.length());
    int from = 0;
    for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
      JsonToken begin = json.nextToken();
      if (UNUSED.contains(key) && begin == JsonToken.START_OBJECT) {
        used.append(text, from, (int) json.currentTokenLocation().getCharOffset()).append("null");
        json.skipChildren();
        from = (int) json.currentLocation().getCharOffset();
      } else if (key.equals("model") && begin == JsonToken.START_OBJECT) {
        root.set(key, reader.readModel(json));
      } else {
        root.set(key, StrictJson.value(json));
      }
    }
    if (json.nextToken() != null) {
      throw CheckpointException.refused(NAME, "one JSON object", "more after it");
    }
    return new TokenizerFile(
        used.append(text, from, text.length()).toString(), vocabulary(root, reader));
  }

  private static Vocabulary vocabulary(ObjectNode root, VocabularyReader reader) {
    Fields fields = new Fields(NAME + ":", root);
    fields.only(TOP_KEYS);
    for (String key : UNUSED) {
      if (!fields.lacks(key)) {
        throw fields.refused(key, "an object or null", StrictJson.kind(root.get(key)));
      }
    }
    checkNormalizer(fields);
    checkPreTokenizer(fields);
    fields.object("decoder").oneOf("type", Set.of("ByteLevel"));
    return reader.build(fields);
  }

  private static void checkNormalizer(Fields fields) {
    if (fields.lacks("normalizer")) {
      return;
    }
    Fields normalizer = fields.object("normalizer");
    if (normalizer.text("type").equals("Sequence")) {
      normalizer.only(Set.of("type", "normalizers"));
      normalizer.objects("normalizers", MOST_STEPS).forEach(TokenizerFile::checkNormalForm);
    } else {
      checkNormalForm(normalizer);
    }
  }

  private static void checkNormalForm(Fields normalizer) {
    normalizer.only(Set.of("type"));
    normalizer.oneOf("type", NORMAL_FORMS);
  }

  private static void checkPreTokenizer(Fields fields) {
    Fields pre = fields.object("pre_tokenizer");
    if (pre.text("type").equals("Sequence")) {
      pre.only(Set.of("type", "pretokenizers"));
      var steps = pre.objects("pretokenizers", MOST_STEPS);
      steps.forEach(TokenizerFile::checkStep);
      if (steps.stream().noneMatch(step -> step.text("type").equals("ByteLevel"))) {
        throw pre.refused("pretokenizers", "a ByteLevel step", "none");
      }
    } else {
      checkByteLevel(pre);
    }
  }

  private static void checkStep(Fields step) {
    if (step.text("type").equals("Split")) {
      step.only(Set.of("type", "pattern", "behavior", "invert"));
      checkPattern(step.object("pattern"));
      step.oneOf("behavior", BEHAVIORS);
      step.flags("invert");
    } else {
      checkByteLevel(step);
    }
  }

  private static void checkPattern(Fields pattern) {
    pattern.only(Set.of("Regex"));
    String regex = pattern.text("Regex");
    if (!PATTERNS.contains(regex)) {
      throw pattern.refused(
          "Regex", "the pattern of Qwen2, Qwen3.5, Llama 3, GPT-2 or GPT-4o", '"' + regex + '"');
    }
  }

  private static void checkByteLevel(Fields step) {
    step.oneOf("type", Set.of("ByteLevel"));
    step.only(Set.of("type", "add_prefix_space", "trim_offsets", "use_regex"));
    step.flags("add_prefix_space", "trim_offsets", "use_regex");
  }
}
