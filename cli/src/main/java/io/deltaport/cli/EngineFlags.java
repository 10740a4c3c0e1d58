package io.deltaport.cli;

import io.deltaport.engine.options.EngineOptions;
import io.deltaport.engine.options.EngineOptions.Speculation;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How requests share a model. */
final class EngineFlags {
  @Option(
      names = "--max-sequences",
      paramLabel = "N",
      description =
          "Most outputs that grow at the same time (default: as the memory for state allows, at most 64).")
  private Optional<Integer> maxSequences = Optional.empty();

  @Option(
      names = "--max-queue",
      paramLabel = "N",
      description = "Most requests that wait; further ones are refused (default: 128).")
  private Optional<Integer> maxQueue = Optional.empty();

  @Option(
      names = "--queue-timeout",
      paramLabel = "TIME",
      converter = TimeConverter.class,
      description = "Longest wait of a request, such as 30s (default: no limit).")
  private Optional<Duration> queueTimeout = Optional.empty();

  @Option(
      names = "--chunk",
      paramLabel = "N",
      description = "Most tokens of prompts in one step (default: 1024).")
  private Optional<Integer> chunk = Optional.empty();

  @Option(
      names = "--prefill-share",
      paramLabel = "X",
      description = "Share of the time that prompts get while outputs grow (default: 0.5).")
  private Optional<Double> prefillShare = Optional.empty();

  @Option(
      names = "--speculate",
      paramLabel = "auto|off|ngram|mtp",
      description =
          "Drafts that are tried: of what was there before, of the MTP head; auto: what measures as"
              + " faster (default: auto).")
  private Optional<Speculation> speculation = Optional.empty();

  @Option(
      names = "--draft",
      paramLabel = "N",
      description = "Most tokens of a draft (default: 8).")
  private Optional<Integer> draft = Optional.empty();

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "Most tokens of a prompt and its output (default: as model and memory allow).")
  private Optional<Integer> context = Optional.empty();

  /** The options given, over the usual ones. */
  EngineOptions over(RunOptions run) {
    EngineOptions usual = EngineOptions.DEFAULT;
    return new EngineOptions(
        run.over(usual.model()),
        maxSequences.orElse(usual.maxSequences()),
        maxQueue.orElse(usual.maxQueue()),
        queueTimeout.orElse(usual.queueTimeout()),
        chunk.orElse(usual.chunk()),
        prefillShare.orElse(usual.prefillShare()),
        context.orElse(usual.contextLength()),
        usual.stateBytes(),
        usual.cacheShare(),
        speculation.orElse(usual.speculation()),
        draft.orElse(usual.maxDraft()));
  }
}
