package io.deltaport.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several of these files make the native library abort the process; none may reach it. */
class TokenizerFileTest {
  private static final Path KJV = Path.of("../fixtures/kjv-tiny/tokenizer.json");

  @TempDir Path directory;

  static Stream<Arguments> faults() {
    return Stream.of(
        fault("a pattern that backtracks without end", "pattern", r -> pattern(r, "(x+x+)+y")),
        fault("a pattern that is none", "pattern", r -> pattern(r, "(x+")),
        fault("a foreign normalizer", "normalizer", r -> type(r, "normalizer", "Precompiled")),
        fault("no normal form", "normalizer.type", r -> type(r, "normalizer", "Replace")),
        fault("a foreign decoder", "decoder.type", r -> type(r, "decoder", "WordPiece")),
        fault("no decoder", "decoder", r -> r.remove("decoder")),
        fault("no pre-tokenizer", "pre_tokenizer", r -> r.putNull("pre_tokenizer")),
        fault("no byte level", "ByteLevel", r -> steps(r).remove(1)),
        fault("a foreign step", "pretokenizers[1].type", r -> type(steps(r).get(1), "Digits")),
        fault("a foreign model", "model.type", r -> model(r).put("type", "Unigram")),
        fault("dropout", "model.dropout", r -> model(r).put("dropout", 0.1)),
        fault("byte fallback", "model.byte_fallback", r -> model(r).put("byte_fallback", true)),
        fault("an unknown token", "model.unk_token", r -> model(r).put("unk_token", "!")),
        fault("an unknown key", "model.surprise", r -> model(r).put("surprise", 1)),
        fault("an unknown top key", "surprise", r -> r.put("surprise", 1)),
        fault("a negative id", "vocab.th", r -> vocab(r).put("th", -5)),
        fault("an id beyond 32 bits", "vocab.th", r -> vocab(r).put("th", 1L << 40)),
        fault("an id without end", "16777215", r -> vocab(r).put("th", 2_000_000_000)),
        fault("a fractional id", "vocab.th", r -> vocab(r).put("th", 1.5)),
        fault("one id twice", "an id of its own", r -> vocab(r).put("th", 3)),
        fault("a byte without a token", "none for byte 33", r -> vocab(r).remove("!")),
        fault("a merge of no tokens", "ZZZ", r -> merges(r).insertArray(0).add("t").add("ZZZ")),
        fault("a merge of three", "merges[0]", r -> merges(r).insertArray(0).add("t")),
        fault("no merges", "model.merges", r -> model(r).remove("merges")),
        fault("an added id out of order", "expected 2045", r -> added(r, 0).put("id", 2050)),
        fault("an added token without text", "id", r -> added(r, 0).put("content", "")),
        fault("an added token of no object", "added_tokens[0]", r -> addedList(r).set(0, 5)),
        fault("a flag of no boolean", "special", r -> added(r, 0).put("special", "yes")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("faults")
  void aFaultIsOneLineThatNamesItsKey(String name, String key, Consumer<ObjectNode> fault)
      throws IOException {
    ObjectNode root = read();
    fault.accept(root);
    TokenizerException e = assertThrows(TokenizerException.class, () -> load(root.toString()));
    assertTrue(String.valueOf(e.getMessage()).startsWith("tokenizer.json"), e.getMessage());
    assertTrue(String.valueOf(e.getMessage()).contains(key), e.getMessage());
    assertFalse(String.valueOf(e.getMessage()).contains("\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"model\": {}, \"model\": {}}", "{\"a\": NaN}"})
  void whatIsNoJsonObjectIsAnError(String text) {
    TokenizerException e = assertThrows(TokenizerException.class, () -> load(text));
    assertTrue(String.valueOf(e.getMessage()).startsWith("tokenizer.json"), e.getMessage());
  }

  @Test
  void depthIsBounded() {
    assertThrows(TokenizerException.class, () -> load("[".repeat(200_000)));
  }

  @Test
  void aMissingFileIsAnError() {
    TokenizerException e = assertThrows(TokenizerException.class, () -> Tokenizer.load(directory));
    assertTrue(String.valueOf(e.getMessage()).startsWith("tokenizer.json"), e.getMessage());
  }

  @Test
  void truncationAndPaddingOfTheFileAreNotObeyed() throws IOException {
    ObjectNode root = read();
    root.putObject("truncation").put("max_length", 2).put("stride", 5);
    root.putObject("padding").putObject("strategy").put("Fixed", 1_000_000_000);
    root.putObject("post_processor").put("type", "TemplateProcessing");
    try (Tokenizer tokenizer = load(root.toString())) {
      assertEquals(6, tokenizer.encode("And I saw a new heaven").length);
    }
  }

  private Tokenizer load(String json) throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), json);
    return Tokenizer.load(directory);
  }

  private static ObjectNode read() throws IOException {
    return (ObjectNode) new ObjectMapper().readTree(KJV.toFile());
  }

  private static Arguments fault(String name, String key, Consumer<ObjectNode> fault) {
    return Arguments.of(name, key, fault);
  }

  private static void pattern(ObjectNode root, String regex) {
    ((ObjectNode) steps(root).get(0).get("pattern")).put("Regex", regex);
  }

  private static void type(ObjectNode root, String key, String type) {
    root.putObject(key).put("type", type);
  }

  private static void type(com.fasterxml.jackson.databind.JsonNode step, String type) {
    ((ObjectNode) step).put("type", type);
  }

  private static ArrayNode steps(ObjectNode root) {
    return (ArrayNode) root.get("pre_tokenizer").get("pretokenizers");
  }

  private static ObjectNode model(ObjectNode root) {
    return (ObjectNode) root.get("model");
  }

  private static ObjectNode vocab(ObjectNode root) {
    return (ObjectNode) model(root).get("vocab");
  }

  private static ArrayNode merges(ObjectNode root) {
    return (ArrayNode) model(root).get("merges");
  }

  private static ArrayNode addedList(ObjectNode root) {
    return (ArrayNode) root.get("added_tokens");
  }

  private static ObjectNode added(ObjectNode root, int index) {
    return (ObjectNode) addedList(root).get(index);
  }
}
