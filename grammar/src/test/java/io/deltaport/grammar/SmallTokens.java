package io.deltaport.grammar;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * A vocabulary made by hand: the 256 bytes, some pieces of text, then added tokens. A text is
 * encoded by the longest piece first.
 */
final class SmallTokens implements GrammarTokens {
  static final String END = "<|im_end|>";
  static final String OTHER_END = "<|endoftext|>";

  private static final List<String> PIECES =
      List.of(
          "true",
          "false",
          "null",
          "name",
          "\":",
          "\": ",
          "{\"",
          "\"}",
          ", ",
          "  ",
          "\n",
          "red",
          "green",
          "blue",
          "12",
          "ä",
          "Grüße",
          "a\"",
          "</",
          "parameter",
          "function",
          "=",
          ">\n");
  private static final List<String> ADDED =
      List.of(END, OTHER_END, "<tool_call>", "</tool_call>", "<think>", "</think>");

  private final List<byte[]> tokens = new ArrayList<>();
  private final int firstAdded;

  SmallTokens() {
    for (int b = 0; b < 256; b++) {
      tokens.add(new byte[] {(byte) b});
    }
    PIECES.forEach(piece -> tokens.add(piece.getBytes(StandardCharsets.UTF_8)));
    firstAdded = tokens.size();
    ADDED.forEach(added -> tokens.add(added.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public int size() {
    return tokens.size();
  }

  @Override
  public byte[] bytes(int id) {
    return tokens.get(id);
  }

  @Override
  public boolean isAdded(int id) {
    return id >= firstAdded;
  }

  @Override
  public OptionalInt id(String token) {
    int at = ADDED.indexOf(token);
    return at < 0 ? OptionalInt.empty() : OptionalInt.of(firstAdded + at);
  }

  @Override
  public int[] encode(String text) {
    List<Integer> ids = new ArrayList<>();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += tokens.get(ids.get(ids.size() - 1)).length) {
      ids.add(longestAt(bytes, at));
    }
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /** An added token by its text, then a text; for tests that spell both. */
  int added(String token) {
    return id(token).orElseThrow();
  }

  private int longestAt(byte[] bytes, int at) {
    int best = bytes[at] & 0xFF;
    for (int id = 256; id < firstAdded; id++) {
      byte[] token = tokens.get(id);
      boolean fits =
          token.length > tokens.get(best).length
              && at + token.length <= bytes.length
              && Arrays.equals(token, 0, token.length, bytes, at, at + token.length);
      best = fits ? id : best;
    }
    return best;
  }
}
