package io.deltaport.engine.output;

import io.deltaport.engine.request.Generation;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.request.StopReason;
import io.deltaport.tokenizer.SpecialTokens;
import io.deltaport.tokenizer.TextStream;
import io.deltaport.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An output in the making: turns tokens into text and says when it ends. Belongs to one thread. */
public final class Output {
  private final GenerationOptions options;
  private final TextStream stream;
  private final StopStrings stops;
  private final List<Integer> tokens = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private Optional<StopReason> ended = Optional.empty();

  public Output(GenerationOptions options, Tokenizer tokenizer) {
    this.options = options;
    this.stream = tokenizer.stream(SpecialTokens.SKIP);
    this.stops = new StopStrings(options.stopStrings());
  }

  public boolean hasEnded() {
    return ended.isPresent();
  }

  /**
   * Adds a token; returns the text that is sure now, all that is left where the output ends with
   * it.
   */
  public String add(int id) {
    tokens.add(id);
    String piece = next(id);
    text.append(piece);
    return piece;
  }

  /** The whole of it, once it has ended. */
  public Generation finished() {
    return new Generation(tokens, text.toString(), ended.orElseThrow());
  }

  private String next(int id) {
    if (options.stopTokens().contains(id)) {
      return end(StopReason.STOP_TOKEN, "");
    }
    String sure = stops.add(stream.add(id));
    if (stops.stopped()) {
      ended = Optional.of(StopReason.STOP_STRING);
      return sure;
    }
    return tokens.size() == options.maxNewTokens() ? end(StopReason.LENGTH, sure) : sure;
  }

  private String end(StopReason reason, String sure) {
    String rest = sure + stops.add(stream.finish());
    ended = Optional.of(stops.stopped() ? StopReason.STOP_STRING : reason);
    return rest + stops.finish();
  }
}
