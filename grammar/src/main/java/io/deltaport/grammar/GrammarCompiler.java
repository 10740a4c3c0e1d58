package io.deltaport.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

/** Compiles grammars for one tokenizer. Safe to share between threads. */
public final class GrammarCompiler implements AutoCloseable {
  private final GrammarTokens tokens;
  private final int rows;
  private final GrammarLimits limits;
  private final ReadWriteLock use = new ReentrantReadWriteLock();
  private long handle;

  /** Why this build, or this machine, has no grammars; empty where it has. */
  public static Optional<String> unavailable() {
    return GrammarLibrary.unavailable();
  }

  /**
   * Reads every token once: a second and 84 MB for 250,000 of them. Tokens of more than 1,000 bytes
   * are never legal.
   *
   * @param rows ids of the model, those that pad its vocabulary included; padding is never legal
   * @param ends ids that end an output, legal where the grammar may end
   * @throws GrammarException where there are no grammars ({@link #unavailable}) or an id is out of
   *     range
   */
  public GrammarCompiler(GrammarTokens tokens, int rows, int[] ends, GrammarLimits limits) {
    unavailable()
        .ifPresent(
            reason -> {
              throw new GrammarException(reason);
            });
    if (rows < tokens.size()) {
      throw new GrammarException(
          "expected %d or more rows for the tokenizer's ids, found %d"
              .formatted(tokens.size(), rows));
    }
    for (int end : ends) {
      if (end < 0 || end >= rows) {
        throw new GrammarException(
            "id %d ends an output, but the model's ids are 0 to %d".formatted(end, rows - 1));
      }
    }
    this.tokens = tokens;
    this.rows = rows;
    this.limits = limits;
    this.handle = create(tokens, rows, ends, limits);
  }

  private static long create(GrammarTokens tokens, int rows, int[] ends, GrammarLimits limits) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int[] borders = new int[rows + 1];
    for (int id = 0; id < rows; id++) {
      if (id < tokens.size()) {
        bytes.writeBytes(tokens.bytes(id));
      }
      borders[id + 1] = bytes.size();
    }
    int[] control = IntStream.range(0, tokens.size()).filter(tokens::isAdded).toArray();
    return Native.compilerCreate(
        bytes.toByteArray(),
        borders,
        control,
        Arrays.copyOf(ends, ends.length),
        limits.forLibrary());
  }

  /**
   * Compiles a source, within {@link GrammarLimits#compileTime}.
   *
   * @throws GrammarException if the source is malformed, needs what is not supported, or exceeds a
   *     limit
   */
  public Grammar compile(GrammarSource source) {
    SourceText text = source.text(tokens);
    byte[] bytes = text.text().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > limits.sourceBytes()) {
      throw new GrammarException(
          "a grammar of at most %d bytes was expected, found %d"
              .formatted(limits.sourceBytes(), bytes.length));
    }
    use.readLock().lock();
    try {
      requireOpen();
      return new Grammar(
          Native.compile(
              handle,
              text.kind().number,
              bytes,
              text.before() == SourceText.LineBreaks.UP_TO_TWO,
              limits.compileTime().toMillis()),
          tokens,
          rows);
    } finally {
      use.readLock().unlock();
    }
  }

  /** Waits for compilations of other threads. Grammars that it compiled stay usable. */
  @Override
  public void close() {
    use.writeLock().lock();
    try {
      if (handle != 0) {
        Native.compilerFree(handle);
        handle = 0;
      }
    } finally {
      use.writeLock().unlock();
    }
  }

  private void requireOpen() {
    if (handle == 0) {
      throw new IllegalStateException("the compiler is closed");
    }
  }
}
