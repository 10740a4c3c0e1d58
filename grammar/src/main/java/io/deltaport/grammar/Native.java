package io.deltaport.grammar;

/** The functions of {@code exports.rs}; an error is a {@link GrammarException}. */
final class Native {
  private Native() {}

  /**
   * Token {@code id} is {@code bytes} from {@code borders[id]} to {@code borders[id + 1]}; {@code
   * limits} are those of {@link GrammarLimits#forLibrary}.
   */
  static native long compilerCreate(
      byte[] bytes, int[] borders, int[] control, int[] ends, long[] limits);

  static native void compilerFree(long compiler);

  /** A matcher at the start of the grammar. */
  static native long compile(
      long compiler, int kind, byte[] text, boolean lineBreaksFirst, long millis);

  static native long matcherCopy(long matcher);

  static native void matcherFree(long matcher);

  static native void mask(long matcher, long[] words);

  static native int accepts(long matcher, int[] ids);

  static native void consume(long matcher, int[] ids);

  static native void rollback(long matcher, int count);

  static native boolean isAccepting(long matcher);

  static native boolean isStopped(long matcher);

  /** Bytes; a control token is 0xFF, then its id in brackets. */
  static native byte[] forced(long matcher);
}
