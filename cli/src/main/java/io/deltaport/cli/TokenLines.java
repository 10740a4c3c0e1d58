package io.deltaport.cli;

import io.deltaport.engine.request.Answer;
import io.deltaport.engine.request.Event;
import io.deltaport.engine.sampling.ScoredToken;
import io.deltaport.tokenizer.SpecialTokens;
import io.deltaport.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.util.stream.Collectors;

/** Shows each token of an output on a line of its own, with log-probabilities. */
final class TokenLines implements TokenPrinter {
  private final PrintWriter out;
  private final Tokenizer tokenizer;

  TokenLines(PrintWriter out, Tokenizer tokenizer) {
    this.out = out;
    this.tokenizer = tokenizer;
  }

  @Override
  public void on(Event event) {
    if (event instanceof Event.Token token) {
      print(token);
    }
  }

  private void print(Event.Token token) {
    String best = token.best().stream().map(this::scored).collect(Collectors.joining("  "));
    out.println(token.score().map(this::scored).orElse("") + "  |  " + best);
    Written.check(out);
  }

  @Override
  public void finish(Answer answer) {}

  private String scored(ScoredToken token) {
    return "%8.4f %s".formatted(token.logProbability(), quoted(token.id()));
  }

  private String quoted(int id) {
    String text = tokenizer.decode(SpecialTokens.KEEP, id);
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
