package io.deltaport.cli;

import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.options.EngineOptions.Speculation;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which drafts an engine tries. */
final class SpeculationOptions {
  @Option(
      names = "--speculate",
      paramLabel = "auto|off|ngram",
      description =
          "Draft tokens that one step then checks; the output stays the same. ngram: what followed like text"
              + " before. auto: that, where it measures as faster (default: auto).")
  private Optional<Speculation> speculation = Optional.empty();

  @Option(names = "--draft", paramLabel = "N", description = "Most tokens of a draft (default: 8).")
  private Optional<Integer> draft = Optional.empty();

  /** The options given, over others. */
  EngineOptions over(EngineOptions usual) {
    EngineOptions options = speculation.map(usual::with).orElse(usual);
    return draft.map(options::withMaxDraft).orElse(options);
  }
}
