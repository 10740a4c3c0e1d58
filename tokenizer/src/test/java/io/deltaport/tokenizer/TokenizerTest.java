package io.deltaport.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TokenizerTest {
  private static final Path KJV = Path.of("../fixtures/kjv-tiny");
  private static Tokenizer tokenizer;
  private static JsonNode reference;

  @BeforeAll
  static void load() throws IOException {
    tokenizer = Tokenizer.load(KJV);
    reference = new ObjectMapper().readTree(KJV.resolve("reference_text.json").toFile());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
  }

  @Test
  @DisplayName("pitfall 25: ids equal the reference tokenizer's")
  void idsEqualTheReference() {
    JsonNode golden = reference.get("tokenizer");
    int[] ids = tokenizer.encode(golden.get("text").textValue());
    assertArrayEquals(ints(golden.get("ids")), ids);
    assertEquals(golden.get("text").textValue(), tokenizer.decode(SpecialTokens.KEEP, ids));
    for (JsonNode greedy : reference.get("greedy")) {
      assertArrayEquals(
          ints(greedy.get("prompt_ids")), tokenizer.encode(greedy.get("prompt").textValue()));
    }
  }

  @Test
  void aLongTextIsNotTruncated() throws IOException {
    JsonNode heldout = reference.get("heldout");
    String text = Files.readString(KJV.resolve(heldout.get("file").textValue()));
    int[] ids = tokenizer.encode(text);
    assertEquals(heldout.get("tokens").intValue(), ids.length);
    assertEquals(text, tokenizer.decode(SpecialTokens.KEEP, ids));
  }

  @Test
  void specialTokensAreSkippedOnlyWhereAsked() {
    int[] ids = tokenizer.encode("a<|im_end|>b");
    assertEquals("a<|im_end|>b", tokenizer.decode(SpecialTokens.KEEP, ids));
    assertEquals("ab", tokenizer.decode(SpecialTokens.SKIP, ids));
    assertEquals(OptionalInt.of(2047), tokenizer.id("<|im_end|>"));
    assertEquals(OptionalInt.empty(), tokenizer.id("<|none|>"));
    assertEquals(2048, tokenizer.size());
  }

  @Test
  void aTokenHasBytesAndMayBeAdded() {
    assertArrayEquals(new byte[] {'a'}, tokenizer.bytes(tokenizer.encode("a")[0]));
    assertEquals("<|im_end|>", new String(tokenizer.bytes(2047), StandardCharsets.UTF_8));
    assertEquals(0, tokenizer.bytes(2048).length);
    assertTrue(tokenizer.isAdded(2047));
    assertFalse(tokenizer.isAdded(tokenizer.encode("a")[0]));
    assertFalse(tokenizer.isAdded(2048) || tokenizer.isAdded(-1));
    assertThrows(TokenizerException.class, () -> tokenizer.bytes(-1));
  }

  @Test
  void aStreamGivesWholeCharactersOnly() {
    int[] ids = tokenizer.encode("é漢😀");
    assertTrue(ids.length > 3);
    TextStream stream = tokenizer.stream(SpecialTokens.KEEP);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      String piece = stream.add(id);
      assertFalse(piece.contains("\uFFFD"));
      assertTrue(piece.isEmpty() || !Character.isHighSurrogate(piece.charAt(piece.length() - 1)));
      text.append(piece);
    }
    assertEquals("", stream.finish());
    assertEquals("é漢😀", text.toString());
  }

  @Test
  void aStreamCutInsideACharacterEndsWithOneReplacement() {
    int[] ids = tokenizer.encode("漢");
    TextStream stream = tokenizer.stream(SpecialTokens.KEEP);
    assertEquals("", stream.add(ids[0]));
    assertEquals("\uFFFD", stream.finish());
    assertEquals("a", stream.add(tokenizer.encode("a")[0]));
  }

  @Test
  void anyIdsDecodeAsTheRustLibraryDecodesThem() throws IOException {
    Random random = new Random(11);
    try (HuggingFaceTokenizer rust =
        HuggingFaceTokenizer.newInstance(
            Files.newInputStream(KJV.resolve("tokenizer.json")),
            java.util.Map.of("truncation", "false", "padding", "false"))) {
      for (int round = 0; round < 5000; round++) {
        // Ids below 256 are single bytes, most of them no whole character.
        int bound = random.nextBoolean() ? 256 : tokenizer.size();
        int[] ids = random.ints(random.nextInt(12), 0, bound).toArray();
        long[] longs = Arrays.stream(ids).asLongStream().toArray();
        assertEquals(rust.decode(longs, false), tokenizer.decode(SpecialTokens.KEEP, ids));
        assertEquals(rust.decode(longs, true), tokenizer.decode(SpecialTokens.SKIP, ids));
      }
    }
  }

  @Test
  void anIdBeyondTheVocabularyIsPaddingWithoutText() {
    assertEquals("", tokenizer.decode(SpecialTokens.KEEP, 2048, Integer.MAX_VALUE));
  }

  @Test
  void aNegativeIdIsAnErrorNotSilence() {
    TokenizerException e =
        assertThrows(TokenizerException.class, () -> tokenizer.decode(SpecialTokens.KEEP, -1));
    assertEquals("token id -1 is negative", e.getMessage());
  }

  @Test
  void halfASurrogatePairIsAnError() {
    for (String text : new String[] {"a\uD800b", "\uDC00", "😀\uD83D"}) {
      assertThrows(TokenizerException.class, () -> tokenizer.encode(text));
    }
  }

  @Test
  void aTextLongEnoughToAbortTheProcessIsAnError() {
    String text = " ".repeat(Tokenizer.LONGEST_TEXT + 1);
    assertThrows(TokenizerException.class, () -> tokenizer.encode(text));
  }

  @Test
  void manyThreadsEncodeAtOnce() {
    int[] expected = tokenizer.encode("In the beginning");
    IntStream.range(0, 200)
        .parallel()
        .forEach(i -> assertArrayEquals(expected, tokenizer.encode("In the beginning")));
  }

  @Test
  @DisplayName("pitfall 34: the native library leaves no file behind")
  void leavesNoFileBehind() {
    assertFalse(Files.exists(Path.of(System.getProperty("user.home"), ".djl.ai")));
  }

  private static int[] ints(JsonNode list) {
    return IntStream.range(0, list.size()).map(i -> list.get(i).intValue()).toArray();
  }
}
