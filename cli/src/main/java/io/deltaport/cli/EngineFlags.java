package io.deltaport.cli;

import io.deltaport.engine.options.EngineOptions;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How requests share a model. */
final class EngineFlags {
  @Mixin private SpeculationOptions speculation;

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
      names = "--context",
      paramLabel = "N",
      description = "Most tokens of a prompt and its output (default: as model and memory allow).")
  private Optional<Integer> context = Optional.empty();

  /** The options given, over the usual ones. */
  EngineOptions over(RunOptions run) {
    EngineOptions usual = EngineOptions.DEFAULT;
    EngineOptions options =
        usual
            .with(run.over(usual.model()))
            .withMaxSequences(maxSequences.orElse(usual.maxSequences()))
            .withMaxQueue(maxQueue.orElse(usual.maxQueue()))
            .withQueueTimeout(queueTimeout.orElse(usual.queueTimeout()))
            .withChunk(chunk.orElse(usual.chunk()))
            .withPrefillShare(prefillShare.orElse(usual.prefillShare()))
            .withContextLength(context.orElse(usual.contextLength()));
    return speculation.over(options);
  }
}
