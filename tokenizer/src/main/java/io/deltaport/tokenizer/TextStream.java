package io.deltaport.tokenizer;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * The text of tokens as they come, whole characters only: bytes that begin a character wait for the
 * token that ends it. All pieces together are what decoding all tokens at once gives; bytes that
 * are no UTF-8 become U+FFFD, one for each longest start of a character, as in Python and Rust.
 * Belongs to one thread.
 */
public final class TextStream {
  private static final char REPLACEMENT = '\uFFFD';
  private static final int BEFORE_SURROGATES = 0xED;
  private static final int FIRST_OF_SURROGATES = 0xA0;

  private final Vocabulary vocabulary;
  private final SpecialTokens specialTokens;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private ByteBuffer waiting = ByteBuffer.allocate(0);

  TextStream(Vocabulary vocabulary, SpecialTokens specialTokens) {
    this.vocabulary = vocabulary;
    this.specialTokens = specialTokens;
  }

  /**
   * The text that token {@code id} completes, often none or one word.
   *
   * @throws io.deltaport.tokenizer.TokenizerException if the vocabulary has no such id
   */
  public String add(int id) {
    byte[] bytes = vocabulary.bytes(id);
    if (specialTokens == SpecialTokens.SKIP && vocabulary.isSpecial(id)) {
      return "";
    }
    waiting =
        ByteBuffer.allocate(waiting.remaining() + bytes.length).put(waiting).put(bytes).flip();
    CharBuffer text = CharBuffer.allocate(waiting.remaining());
    CoderResult result = decoder.decode(waiting, text, false);
    while (result.isMalformed()) {
      replace(result.length(), text);
      result = decoder.decode(waiting, text, false);
    }
    return text.flip().toString();
  }

  /**
   * What is left at the end: U+FFFD where the tokens end inside a character, else nothing. Then it
   * starts anew.
   */
  public String finish() {
    CharBuffer text = CharBuffer.allocate(waiting.remaining());
    if (waiting.hasRemaining()) {
      replace(waiting.remaining(), text);
    }
    return text.flip().toString();
  }

  /**
   * Java takes an encoded surrogate for one malformed character; elsewhere each of its bytes is
   * one.
   */
  private void replace(int length, CharBuffer text) {
    int at = waiting.position();
    boolean surrogate =
        length > 1
            && Byte.toUnsignedInt(waiting.get(at)) == BEFORE_SURROGATES
            && Byte.toUnsignedInt(waiting.get(at + 1)) >= FIRST_OF_SURROGATES;
    for (int i = 0; i < (surrogate ? length : 1); i++) {
      text.put(REPLACEMENT);
    }
    waiting.position(at + length);
  }
}
