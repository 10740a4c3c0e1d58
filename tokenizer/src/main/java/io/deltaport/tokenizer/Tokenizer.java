package io.deltaport.tokenizer;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.checkpoint.CheckpointDirectory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.concurrent.ForkJoinPool;

/**
 * The tokenizer of a model: {@code tokenizer.json}, with its own normalizer and pre-tokenizer, as
 * transformers runs it. No special token is added to a text; special tokens that stand in it are
 * recognised. Safe to share between threads.
 */
public final class Tokenizer implements AutoCloseable {
  /**
   * Longest text of one call, in UTF-16 units: the native regex aborts beyond 10 million steps in
   * one match.
   */
  public static final int LONGEST_TEXT = 8_000_000;

  private final NativeTokenizer tokenizer;
  private final Vocabulary vocabulary;

  private Tokenizer(NativeTokenizer tokenizer, Vocabulary vocabulary) {
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
  }

  /**
   * Loads {@code tokenizer.json} of a directory.
   *
   * @throws TokenizerException if it is missing, damaged or of a kind that is not supported
   */
  public static Tokenizer load(Path directory) {
    ForkJoinPool.commonPool().execute(NativeTokenizer::loadLibrary); // while the file is read
    try {
      TokenizerFile file =
          TokenizerFile.read(CheckpointDirectory.of(directory).file("tokenizer.json"));
      return new Tokenizer(NativeTokenizer.of(file.json()), file.vocabulary());
    } catch (CheckpointException e) {
      throw new TokenizerException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * The ids of a text, as transformers' {@code tokenizer(text)}.
   *
   * @throws TokenizerException if the text has half a surrogate pair or is longer than {@link
   *     #LONGEST_TEXT}
   */
  public int[] encode(String text) {
    if (text.length() > LONGEST_TEXT) {
      throw refused(
          "a text of at most %d characters, found %d".formatted(LONGEST_TEXT, text.length()));
    }
    requirePairs(text);
    return Arrays.stream(tokenizer.encode(text)).mapToInt(Math::toIntExact).toArray();
  }

  /**
   * The text of ids.
   *
   * @throws TokenizerException if the vocabulary lacks one of them
   */
  public String decode(SpecialTokens specialTokens, int... ids) {
    TextStream stream = stream(specialTokens);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      text.append(stream.add(id));
    }
    return text.append(stream.finish()).toString();
  }

  /** Decodes ids as they come. */
  public TextStream stream(SpecialTokens specialTokens) {
    return new TextStream(vocabulary, specialTokens);
  }

  /** The id of a token, given as the vocabulary writes it (an added token as its text). */
  public OptionalInt id(String token) {
    return vocabulary.id(token);
  }

  /**
   * The bytes of a token, which may be a part of a character; none for an id without a token.
   *
   * @throws TokenizerException if the id is negative
   */
  public byte[] bytes(int id) {
    return vocabulary.bytes(id);
  }

  /**
   * Whether an id is a token that the file adds to the vocabulary, such as {@code <|im_end|>} or
   * {@code <tool_call>}: it stands for itself in a text and is never a part of a word.
   */
  public boolean isAdded(int id) {
    return id >= 0 && vocabulary.isAdded(id);
  }

  /** One above the highest id. */
  public int size() {
    return vocabulary.size();
  }

  @Override
  public void close() {
    tokenizer.close();
  }

  private static void requirePairs(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (Character.charCount(text.codePointAt(i)) == 1) {
          throw refused("whole characters, found half a surrogate pair at %d".formatted(i));
        }
        i++;
      }
    }
  }

  private static TokenizerException refused(String expectedAndFound) {
    return new TokenizerException("the tokenizer expected " + expectedAndFound);
  }
}
