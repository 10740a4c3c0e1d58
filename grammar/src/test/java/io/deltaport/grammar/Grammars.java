package io.deltaport.grammar;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;

/** What tests of grammars share. */
final class Grammars {
  /** Rows of the small vocabulary's model: some pad it. */
  static final int ROWS = 350;

  private Grammars() {}

  /** For the small vocabulary. Without the library there is nothing to test. */
  static GrammarCompiler compiler(SmallTokens tokens) {
    return compiler(tokens, GrammarLimits.defaults());
  }

  static GrammarCompiler compiler(SmallTokens tokens, GrammarLimits limits) {
    assumeAvailable();
    int[] ends = {tokens.added(SmallTokens.END), tokens.added(SmallTokens.OTHER_END)};
    return new GrammarCompiler(tokens, ROWS, ends, limits);
  }

  static void assumeAvailable() {
    Optional<String> unavailable = GrammarCompiler.unavailable();
    assumeTrue(unavailable.isEmpty(), () -> unavailable.orElse(""));
  }

  /** Whether a text is a whole output. */
  static boolean takes(Grammar grammar, GrammarTokens tokens, String text) {
    try (GrammarMatcher matcher = grammar.matcher()) {
      int[] ids = tokens.encode(text);
      if (matcher.accepts(ids) < ids.length) {
        return false;
      }
      matcher.consume(ids);
      return matcher.isAccepting();
    }
  }

  static TokenMask mask(GrammarMatcher matcher, int rows) {
    TokenMask mask = new TokenMask(rows);
    matcher.mask(mask);
    return mask;
  }

  /** One of the ids of a mask, each as likely as any other. */
  static int pick(TokenMask mask, Random random) {
    int id = -1;
    for (int left = random.nextInt(mask.count()); left >= 0; left--) {
      id = mask.next(id + 1);
    }
    return id;
  }

  static String text(GrammarTokens tokens, int... ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(tokens.bytes(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
