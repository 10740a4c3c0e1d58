package io.deltaport.grammar;

import java.time.Duration;

/**
 * What one grammar may cost: it comes from a stranger.
 *
 * @param sourceBytes longest source, in UTF-8
 * @param compileTime after which a request is refused; the compilation itself goes on until one of
 *     the other limits ends it
 * @param compilations most at a time, those included that nobody waits for any more
 * @param compileBytes most that one holds; what takes more never ends, and keeps its place
 * @param lexerFuel steps of building the lexer; 50,000 take about a millisecond
 * @param symbols size of the grammar, in symbols of its rules
 * @param lexerStates most states of the lexer of one matcher, of 1 to 2 kB each
 * @param rowItems most items of the parser after one byte
 * @param maskFuel steps of the lexer for one mask; 14,000 take about a millisecond
 * @param maskItems items of the parser for one mask; 20,000 take about a millisecond
 */
public record GrammarLimits(
    int sourceBytes,
    Duration compileTime,
    int compilations,
    long compileBytes,
    long lexerFuel,
    int symbols,
    int lexerStates,
    int rowItems,
    long maskFuel,
    int maskItems) {
  public GrammarLimits {
    if (compileTime.toMillis() < 1) {
      throw new GrammarException("compileTime: expected 1 ms or more, found " + compileTime);
    }
    requirePositive("sourceBytes", sourceBytes);
    requirePositive("compilations", compilations);
    requirePositive("compileBytes", compileBytes);
    requirePositive("lexerFuel", lexerFuel);
    requirePositive("symbols", symbols);
    requirePositive("lexerStates", lexerStates);
    requirePositive("rowItems", rowItems);
    requirePositive("maskFuel", maskFuel);
    requirePositive("maskItems", maskItems);
  }

  /** A source of 1 MiB, a second to compile it, some 20 ms for the most expensive mask. */
  public static GrammarLimits defaults() {
    return new GrammarLimits(
        1 << 20,
        Duration.ofSeconds(1),
        4,
        256L << 20,
        1_000_000,
        500_000,
        50_000,
        2000,
        200_000,
        50_000);
  }

  /** In the order in which the native library reads them. */
  long[] forLibrary() {
    return new long[] {
      compilations, compileBytes, lexerFuel, symbols, lexerStates, rowItems, maskFuel, maskItems
    };
  }

  private static void requirePositive(String name, long value) {
    if (value < 1) {
      throw new GrammarException(name + ": expected 1 or more, found " + value);
    }
  }
}
