package io.deltaport.loader.config;

import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.Problem;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Names of modules as the lists of quantisers write them: a name or the end of one, the beginning
 * of one up to a dot, or (in compressed-tensors after {@code re:}) a regular expression for its
 * beginning. Matching takes bounded time, since the expressions come from strangers.
 *
 * @param patterns as written in the config
 * @param dialect how they are read
 */
public record ModulePatterns(List<String> patterns, Dialect dialect) {
  private static final String KEY = "patterns of modules";
  private static final int LONGEST = 512;
  private static final int MOST_STEPS = 1_000_000;

  /** No counted repetition: a huge count of nothing takes for ever without a look at the text. */
  private static final Pattern HARMLESS = Pattern.compile("[\\w.*+?|()\\[\\]^$\\\\:!=<>,/-]*");

  /** Who reads the patterns. */
  public enum Dialect {
    /** transformers' {@code should_convert_module}: each is also an expression. */
    TRANSFORMERS,
    /** An expression only after {@code re:}, else a whole name. */
    COMPRESSED_TENSORS
  }

  /** Copies, and refuses what is no expression. */
  public ModulePatterns {
    patterns = List.copyOf(patterns);
    Rules rules = new Rules();
    for (String pattern : patterns) {
      rules.holds(compiles(pattern), KEY, "a short regular expression without {}", pattern);
    }
    rules.check();
  }

  /**
   * Whether a module, such as {@code model.layers.3.mlp.gate}, is named by one of them.
   *
   * @throws CheckpointException if an expression takes too long
   */
  public boolean matches(String module) {
    if (module.length() > LONGEST) {
      throw refused("a module name of at most " + LONGEST, module);
    }
    return patterns.stream().anyMatch(pattern -> matches(pattern, module));
  }

  private boolean matches(String pattern, String module) {
    return switch (dialect) {
      case TRANSFORMERS -> module.endsWith(pattern) || begins(pattern, module);
      case COMPRESSED_TENSORS ->
          pattern.startsWith("re:") ? found(pattern.substring(3), module) : module.equals(pattern);
    };
  }

  private static boolean begins(String pattern, String module) {
    return found("(?:" + pattern + ")(?:(?<=\\.)|(?=\\.|$))", module);
  }

  private static boolean found(String pattern, String module) {
    try {
      return Pattern.compile(pattern).matcher(new Steps(module)).lookingAt();
    } catch (StackOverflowError e) {
      throw refused("an expression of bounded depth", pattern);
    }
  }

  private static boolean compiles(String pattern) {
    if (pattern.length() > LONGEST || !HARMLESS.matcher(pattern).matches()) {
      return false;
    }
    try {
      Pattern.compile(pattern);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  private static CheckpointException refused(String expected, String found) {
    return new CheckpointException(new Problem(KEY, expected, found));
  }

  /**
   * Text that counts how often an expression looks at it, so that one that backtracks for ever
   * ends.
   */
  private static final class Steps implements CharSequence {
    private final String text;
    private int steps;

    Steps(String text) {
      this.text = text;
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps > MOST_STEPS) {
        throw refused("an expression that ends in " + MOST_STEPS + " steps", "more");
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
