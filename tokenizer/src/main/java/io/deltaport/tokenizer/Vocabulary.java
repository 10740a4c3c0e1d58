package io.deltaport.tokenizer;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Every token by its id: its bytes, and whether it is special. Immutable once built. */
final class Vocabulary {
  private static final byte[] NONE = {};

  private final byte[][] bytes;
  private final BitSet special;
  private final Map<String, Integer> ids;

  private Vocabulary(byte[][] bytes, BitSet special, Map<String, Integer> ids) {
    this.bytes = bytes;
    this.special = special;
    this.ids = ids;
  }

  /** One above the highest id; ids between may have no token. */
  int size() {
    return bytes.length;
  }

  OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  boolean isSpecial(int id) {
    return special.get(id);
  }

  /**
   * The bytes of a token; not to be changed. None for an id without a token: models pad their
   * vocabulary with rows that no tokenizer gives.
   */
  byte[] bytes(int id) {
    if (id < 0) {
      throw new TokenizerException("token id %d is negative".formatted(id));
    }
    return id >= bytes.length || bytes[id] == null ? NONE : bytes[id];
  }

  /** Collects tokens. */
  static final class Builder {
    private final Map<String, Integer> ids = new HashMap<>();
    private final Map<Integer, String> tokens = new HashMap<>();
    private final BitSet special = new BitSet();
    private int size;

    /** The id of this token, or null. */
    @Nullable Integer id(String token) {
      return ids.get(token);
    }

    /** Adds a token that is new; returns false where another token has the id. */
    boolean add(String token, int id) {
      if (tokens.putIfAbsent(id, token) != null) {
        return false;
      }
      ids.put(token, id);
      size = Math.max(size, id + 1);
      return true;
    }

    void markSpecial(int id) {
      special.set(id);
    }

    Vocabulary build() {
      byte[][] bytes = new byte[size][];
      tokens.forEach((id, token) -> bytes[id] = ByteLevel.bytes(token));
      return new Vocabulary(bytes, special, Map.copyOf(ids));
    }
  }
}
