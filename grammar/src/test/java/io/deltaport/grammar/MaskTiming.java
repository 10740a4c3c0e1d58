package io.deltaport.grammar;

import io.deltaport.tokenizer.SpecialTokens;
import io.deltaport.tokenizer.Tokenizer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * Prints how much processor time masks take, for a tokenizer and a number of rows: {@code
 * MaskTiming DIRECTORY ROWS}. Outputs are drawn at random from the masks, as no model would write
 * them, and as a text that a model would write.
 */
final class MaskTiming {
  /** Its clock stands while other processes run. */
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final String PERSON =
      """
      {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer",
      "minimum": 0, "maximum": 150}, "email": {"type": "string", "format": "email"}, "tags": {"type":
      "array", "items": {"type": "string", "maxLength": 20}}, "address": {"type": "object",
      "properties": {"street": {"type": "string"}, "zip": {"type": "string", "pattern":
      "^[0-9][0-9][0-9][0-9][0-9]$"}}, "required": ["street", "zip"], "additionalProperties": false}}, "required":
      ["name", "age", "email", "tags", "address"], "additionalProperties": false}""";
  private static final String DEAR = ",\\s+\"(maxLength|format|pattern)\":\\s+[^,}]+";
  private static final String ANSWER =
      """
      {"name": "Ada Lovelace", "age": 36, "email": "ada@example.org", "tags": ["mathematics",
        "engines", "poetry"], "address": {"street": "12 St James's Square, London", "zip": "12345"}}""";
  private static final Tool WEATHER =
      new Tool(
          "get_weather",
          """
          {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"},
          "unit": {"enum": ["celsius", "fahrenheit"]}}, "required": ["city", "unit"]}""",
          Tool.Arguments.BY_SCHEMA);

  private MaskTiming() {}

  public static void main(String[] args) {
    int rows = Integer.parseInt(args[1]);
    try (Tokenizer tokenizer = Tokenizer.load(Path.of(args[0]))) {
      GrammarTokens tokens = GrammarTokens.of(tokenizer);
      int end = tokenizer.id("<|im_end|>").orElseThrow();
      long start = System.nanoTime();
      try (GrammarCompiler compiler =
          new GrammarCompiler(tokens, rows, new int[] {end}, GrammarLimits.defaults())) {
        System.out.printf("%d rows, compiler made in %.0f ms%n", rows, millis(start));
        sources().forEach((name, source) -> time(name, compiler, source, tokenizer, rows));
      }
    }
  }

  private static Map<String, GrammarSource> sources() {
    Map<String, GrammarSource> sources = new LinkedHashMap<>();
    sources.put("JSON schema", new GrammarSource.JsonSchema(PERSON));
    sources.put("plain JSON", new GrammarSource.JsonSchema(PERSON.replaceAll(DEAR, "")));
    sources.put("any JSON", new GrammarSource.AnyJson());
    sources.put(
        "hermes call",
        new ToolCalls(ToolCalls.Format.HERMES_JSON, List.of(WEATHER), ToolCalls.Count.ONE_OR_MORE));
    sources.put(
        "coder call",
        new ToolCalls(ToolCalls.Format.CODER_XML, List.of(WEATHER), ToolCalls.Count.ONE_OR_MORE));
    sources.put("regex", new GrammarSource.Regex("[A-Z][a-z]+( [a-z]+){3,30}\\."));
    sources.put("choice", new GrammarSource.Choice(List.of("positive", "negative", "neutral")));
    return sources;
  }

  private static void time(
      String name, GrammarCompiler compiler, GrammarSource source, Tokenizer tokenizer, int rows) {
    long start = System.nanoTime();
    try (Grammar grammar = compiler.compile(source)) {
      double compile = millis(start);
      start = System.nanoTime();
      grammar.matcher().close();
      double matcher = millis(start);
      System.out.printf("%-12s compile %.1f ms, matcher %.2f ms%n", name, compile, matcher);
      if (name.contains("JSON")) {
        print("  an answer", answer(grammar, tokenizer, rows));
      }
      print("  random", random(grammar, rows));
    }
  }

  /** A mask before each token of a text. */
  private static double[] answer(Grammar grammar, Tokenizer tokenizer, int rows) {
    double[] micros = {};
    int[] ids = greedy(tokenizer, ANSWER);
    for (int round = 0; round < 50; round++) {
      try (GrammarMatcher matcher = grammar.matcher()) {
        TokenMask mask = new TokenMask(rows);
        for (int id : ids) {
          micros = append(micros, timed(matcher, mask));
          matcher.consume(id);
        }
      }
    }
    return micros;
  }

  private static double[] random(Grammar grammar, int rows) {
    Random random = new Random(1);
    TokenMask mask = new TokenMask(rows);
    double[] micros = {};
    for (int round = 0; round < 50; round++) {
      try (GrammarMatcher matcher = grammar.matcher()) {
        for (int i = 0; i < 60 && !matcher.isStopped(); i++) {
          micros = append(micros, timed(matcher, mask));
          matcher.consume(mask.next(anywhere(mask, random)));
        }
      }
    }
    return micros;
  }

  private static int anywhere(TokenMask mask, Random random) {
    int from = random.nextInt(mask.rows());
    return mask.next(from) < 0 ? 0 : from;
  }

  /** The longest tokens that spell a text, whatever the merges. */
  private static int[] greedy(Tokenizer tokenizer, String text) {
    Map<String, Integer> byText = new LinkedHashMap<>();
    for (int id = 0; id < tokenizer.size(); id++) {
      byText.putIfAbsent(tokenizer.decode(SpecialTokens.KEEP, id), id);
    }
    int[] ids = {};
    for (int at = 0; at < text.length(); ) {
      int end = Math.min(text.length(), at + 20);
      while (!byText.containsKey(text.substring(at, end))) {
        end--;
      }
      ids = Arrays.copyOf(ids, ids.length + 1);
      ids[ids.length - 1] = Objects.requireNonNull(byText.get(text.substring(at, end)));
      at = end;
    }
    return ids;
  }

  private static double timed(GrammarMatcher matcher, TokenMask mask) {
    long start = THREADS.getCurrentThreadCpuTime();
    matcher.mask(mask);
    return (THREADS.getCurrentThreadCpuTime() - start) / 1e3;
  }

  private static double[] append(double[] values, double value) {
    double[] longer = Arrays.copyOf(values, values.length + 1);
    longer[values.length] = value;
    return longer;
  }

  private static void print(String name, double[] micros) {
    double[] sorted = micros.clone();
    Arrays.sort(sorted);
    System.out.printf(
        "%-12s %5d masks: mean %.0f us, median %.0f, 90 %% %.0f, 99 %% %.0f, worst %.0f%n",
        name,
        sorted.length,
        Arrays.stream(sorted).average().orElseThrow(),
        sorted[sorted.length / 2],
        sorted[sorted.length * 9 / 10],
        sorted[sorted.length * 99 / 100],
        sorted[sorted.length - 1]);
  }

  private static double millis(long start) {
    return (System.nanoTime() - start) / 1e6;
  }
}
