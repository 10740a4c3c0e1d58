package io.deltaport.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The alphabet of byte-level BPE: each byte has one printable character, so that a vocabulary of
 * arbitrary bytes can be written as text (GPT-2's {@code bytes_to_unicode}).
 */
final class ByteLevel {
  private static final int NONE = -1;
  private static final int FIRST_SUBSTITUTE = 0x100;
  private static final char[] CHARACTERS = new char[256];
  private static final int[] BYTES = new int[512];

  static {
    Arrays.fill(BYTES, NONE);
    int substitute = FIRST_SUBSTITUTE;
    for (int b = 0; b < CHARACTERS.length; b++) {
      int c = isPrintable(b) ? b : substitute++;
      CHARACTERS[b] = (char) c;
      BYTES[c] = b;
    }
  }

  private ByteLevel() {}

  /** The character that stands for byte {@code b}, 0 to 255. */
  static char character(int b) {
    return CHARACTERS[b];
  }

  /**
   * The bytes that a token stands for. One with a character outside the alphabet (an added token
   * with a space, say) stands for its own UTF-8, as in the Rust library's {@code ByteLevel}
   * decoder.
   */
  static byte[] bytes(String token) {
    byte[] bytes = new byte[token.length()];
    for (int i = 0; i < bytes.length; i++) {
      char c = token.charAt(i);
      if (c >= BYTES.length || BYTES[c] == NONE) {
        return token.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = (byte) BYTES[c];
    }
    return bytes;
  }

  private static boolean isPrintable(int b) {
    return (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
  }
}
