package io.deltaport.tokenizer;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Every token by its id: its bytes, whether it is special or added. Immutable once built. */
final class Vocabulary {
  private static final byte[] NONE = {};

  private final @Nullable String[] tokens;
  private final BitSet special;
  private final BitSet added;
  private final Map<String, Integer> ids;

  private Vocabulary(
      @Nullable String[] tokens, BitSet special, BitSet added, Map<String, Integer> ids) {
    this.tokens = tokens;
    this.special = special;
    this.added = added;
    this.ids = ids;
  }

  /** One above the highest id; ids between may have no token. */
  int size() {
    return tokens.length;
  }

  OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  boolean isSpecial(int id) {
    return special.get(id);
  }

  boolean isAdded(int id) {
    return added.get(id);
  }

  /**
   * The bytes of a token. None for an id without a token: models pad their vocabulary with rows
   * that no tokenizer gives.
   */
  byte[] bytes(int id) {
    if (id < 0) {
      throw new TokenizerException("token id %d is negative".formatted(id));
    }
    String token = id < tokens.length ? tokens[id] : null;
    return token == null ? NONE : ByteLevel.bytes(token);
  }

  /** Collects tokens. */
  static final class Builder {
    private static final int FEW = 1024;

    private final Map<String, Integer> ids = new HashMap<>();
    private final BitSet special = new BitSet();
    private final BitSet added = new BitSet();
    private @Nullable String[] tokens = new String[FEW];
    private int size;

    /** The id of this token, or null. */
    @Nullable Integer id(String token) {
      return ids.get(token);
    }

    /** Adds a token that is new; returns false where another token has the id. */
    boolean add(String token, int id) {
      if (id >= tokens.length) {
        tokens = Arrays.copyOf(tokens, Math.max(id + 1, 2 * tokens.length));
      }
      if (tokens[id] != null) {
        return false;
      }
      tokens[id] = token;
      ids.put(token, id);
      size = Math.max(size, id + 1);
      return true;
    }

    void markSpecial(int id) {
      special.set(id);
    }

    void markAdded(int id) {
      added.set(id);
    }

    Vocabulary build() {
      return new Vocabulary(Arrays.copyOf(tokens, size), special, added, ids);
    }
  }
}
