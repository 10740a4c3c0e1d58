package io.deltaport.grammar;

import io.deltaport.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * The tokenizer of {@code fixtures/chat-tiny}, whose model has 1,344 rows, and outputs drawn from
 * masks.
 */
final class ChatTiny implements AutoCloseable {
  static final int ROWS = 1344;

  private static final int LONGEST_END = 1000;

  /** What brings an output to its end, the surest first. */
  private static final List<String> CLOSING =
      List.of("\n</parameter>\n", "\"", "}", "]", ">", "\n", "<", "/", ":", ",", "0");

  final Tokenizer tokenizer = Tokenizer.load(Path.of("..", "fixtures", "chat-tiny"));
  final GrammarTokens tokens = GrammarTokens.of(tokenizer);
  final GrammarCompiler compiler;

  ChatTiny() {
    Grammars.assumeAvailable();
    int[] ends = {id("<|im_end|>"), id("<|endoftext|>")};
    compiler = new GrammarCompiler(tokens, ROWS, ends, GrammarLimits.defaults());
  }

  int id(String token) {
    return tokens.id(token).orElseThrow();
  }

  /** An output without its end: {@code free} tokens at random, then what closes it. */
  int[] output(Grammar grammar, int free, Random random) {
    IntStream.Builder output = IntStream.builder();
    try (GrammarMatcher matcher = grammar.matcher()) {
      TokenMask mask = new TokenMask(ROWS);
      for (int i = 0; i < free + LONGEST_END; i++) {
        matcher.mask(mask);
        if (mask.allows(id("<|im_end|>")) && (i >= free || mask.count() == 2)) {
          return output.build().toArray();
        }
        int[] next = i < free ? random(mask, random) : closing(matcher, mask, random);
        matcher.consume(next);
        IntStream.of(next).forEach(output::add);
      }
    }
    throw new AssertionError("no end in sight: " + Grammars.text(tokens, output.build().toArray()));
  }

  /** A token at random, but no end. */
  private int[] random(TokenMask mask, Random random) {
    int id = Grammars.pick(mask, random);
    boolean isEnd = id == id("<|im_end|>") || id == id("<|endoftext|>");
    return isEnd ? random(mask, random) : new int[] {id};
  }

  private int[] closing(GrammarMatcher matcher, TokenMask mask, Random random) {
    for (String text : CLOSING) {
      int[] ids = tokens.encode(text);
      if (matcher.accepts(ids) == ids.length) {
        return ids;
      }
    }
    return random(mask, random);
  }

  @Override
  public void close() {
    compiler.close();
    tokenizer.close();
  }
}
