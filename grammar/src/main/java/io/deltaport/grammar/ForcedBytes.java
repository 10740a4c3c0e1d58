package io.deltaport.grammar;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** Forced bytes as the ids that a model would write. */
final class ForcedBytes {
  private static final byte TOKEN = (byte) 0xFF;

  private ForcedBytes() {}

  /** Text, with tokens in it as 0xFF, {@code [}, the id, {@code ]}. */
  static int[] ids(byte[] forced, GrammarTokens tokens) {
    IntStream.Builder ids = IntStream.builder();
    int at = 0;
    while (at < forced.length) {
      if (forced[at] == TOKEN) {
        int end = indexOf((byte) ']', forced, at);
        ids.add(Integer.parseInt(text(forced, at + 2, end)));
        at = end + 1;
      } else {
        int end = indexOf(TOKEN, forced, at);
        int[] spelled = tokens.encode(text(forced, at, end));
        int sure = end < forced.length ? spelled.length : spelled.length - 1;
        IntStream.of(spelled).limit(Math.max(0, sure)).forEach(ids::add);
        at = end;
      }
    }
    return ids.build().toArray();
  }

  private static int indexOf(byte wanted, byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] != wanted) {
      at++;
    }
    return at;
  }

  /** Its whole characters: the last one may be cut. */
  private static String text(byte[] bytes, int from, int to) {
    CharBuffer characters = CharBuffer.allocate(to - from);
    StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes, from, to - from), characters, false);
    return characters.flip().toString();
  }
}
