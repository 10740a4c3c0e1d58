package io.deltaport.cli;

import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.request.GenerationOptions;
import io.deltaport.engine.sampling.Sampling;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How text is generated, over what the model's {@code generation_config.json} says. */
final class SamplingOptions {
  private static final int MAX_NEW_TOKENS = 256;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description = "Most tokens to generate (default: max_new_tokens of the model, else 256).")
  private Optional<Integer> maxNewTokens = Optional.empty();

  @Option(
      names = "--num-beams",
      paramLabel = "N",
      description =
          "Beams of a beam search, which samples nothing (default: num_beams of the model, else 1).")
  private Optional<Integer> beams = Optional.empty();

  @Option(names = "--greedy", description = "Always take the best token.")
  private boolean greedy;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Sample, dividing the logits by T; 0 takes the best token.")
  private Optional<Double> temperature = Optional.empty();

  @Option(
      names = "--top-k",
      paramLabel = "N",
      description = "Sample among the N best tokens; 0 = among all.")
  private Optional<Integer> topK = Optional.empty();

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description = "Sample among the best tokens that together have probability P.")
  private Optional<Double> topP = Optional.empty();

  @Option(
      names = "--min-p",
      paramLabel = "P",
      description = "Sample among tokens at least P times as likely as the best.")
  private Optional<Double> minP = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "Sample reproducibly.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      description = "Divide (negative: multiply) the logits of tokens of prompt and output by X.")
  private Optional<Double> repetitionPenalty = Optional.empty();

  @Option(
      names = "--presence-penalty",
      paramLabel = "X",
      description = "Take X off the logit of each token of the output.")
  private Optional<Double> presencePenalty = Optional.empty();

  @Option(
      names = "--frequency-penalty",
      paramLabel = "X",
      description = "Take X off the logit of each token of the output, as often as it is there.")
  private Optional<Double> frequencyPenalty = Optional.empty();

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End the output before this text; may be given several times.")
  private List<String> stop = List.of();

  /** The options given, over the model's. */
  GenerationOptions over(GenerationDefaults defaults) {
    int wantedBeams = beams.orElse(asksToSample() ? 1 : defaults.beams());
    return new GenerationOptions(
        maxNewTokens.orElse(defaults.maxNewTokens().orElse(MAX_NEW_TOKENS)),
        0,
        1,
        wantedBeams,
        defaults.lengthPenalty(),
        wantedBeams > 1 ? beamSampling() : sampling(defaults),
        defaults.stopTokens(),
        stop,
        0);
  }

  private boolean asksToSample() {
    return !greedy && Stream.of(temperature, topK, topP, minP, seed).anyMatch(Optional::isPresent);
  }

  private Sampling beamSampling() {
    if (asksToSample() || penalties(Sampling.GREEDY).penalises()) {
      throw new CommandException("--num-beams takes no sampling option and no penalty");
    }
    return Sampling.GREEDY;
  }

  private Sampling sampling(GenerationDefaults defaults) {
    Sampling sampling = penalties(asksToSample() ? defaults.ifSampling() : defaults.sampling());
    if (greedy) {
      return sampling.withTemperature(0);
    }
    Sampling unseeded =
        sampling
            .withTemperature(temperature.orElse(sampling.temperature()))
            .withTopK(topK.orElse(sampling.topK()))
            .withTopP(topP.orElse(sampling.topP()))
            .withMinP(minP.orElse(sampling.minP()));
    return seed.map(unseeded::withSeed).orElse(unseeded);
  }

  private Sampling penalties(Sampling sampling) {
    return sampling
        .withRepetitionPenalty(repetitionPenalty.orElse(sampling.repetitionPenalty()))
        .withPresencePenalty(presencePenalty.orElse(sampling.presencePenalty()))
        .withFrequencyPenalty(frequencyPenalty.orElse(sampling.frequencyPenalty()));
  }
}
