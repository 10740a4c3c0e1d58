package io.deltaport.engine.request;

import io.deltaport.engine.sampling.Sampling;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.checkpoint.CheckpointDirectory;
import io.deltaport.loader.config.GenerationConfig;
import io.deltaport.loader.config.GenerationReader;
import io.deltaport.loader.json.StrictJson;
import io.deltaport.runtime.Model;
import io.deltaport.runtime.options.RunException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * How a model's makers want it to generate: {@code generation_config.json}, read as transformers'
 * {@code generate} does.
 *
 * @param sampling the best token each time, unless it says {@code do_sample}
 * @param ifSampling how it samples where sampling is asked for
 * @param stopTokens {@code eos_token_id}, one or a list; that of {@code config.json} where there is
 *     no {@code generation_config.json}
 * @param maxNewTokens {@code max_new_tokens}
 * @param beams {@code num_beams}
 * @param lengthPenalty {@code length_penalty} of a beam search
 */
public record GenerationDefaults(
    Sampling sampling,
    Sampling ifSampling,
    Set<Integer> stopTokens,
    OptionalInt maxNewTokens,
    int beams,
    double lengthPenalty) {
  private static final int TOP_K = 50;

  public GenerationDefaults {
    stopTokens = Set.copyOf(stopTokens);
  }

  /**
   * Of an open model.
   *
   * @throws RunException if the file is damaged
   */
  public static GenerationDefaults of(Model model) {
    return of(model.directory(), model.info().eosTokenIds());
  }

  /** With the {@code eos_token_id} of {@code config.json}, which counts in a directory without. */
  static GenerationDefaults of(Path directory, List<Long> eosOfConfig) {
    try {
      return CheckpointDirectory.of(directory)
          .optional("generation_config.json")
          .map(file -> of(GenerationReader.read(StrictJson.object(file))))
          .orElseGet(() -> without(eosOfConfig));
    } catch (CheckpointException e) {
      throw new RunException(RunException.Reason.MODEL, String.valueOf(e.getMessage()), e);
    }
  }

  private static GenerationDefaults without(List<Long> eosTokenIds) {
    Sampling ifSampling = Sampling.GREEDY.withTemperature(1).withTopK(TOP_K);
    return new GenerationDefaults(
        Sampling.GREEDY, ifSampling, ids(eosTokenIds), OptionalInt.empty(), 1, 1);
  }

  private static GenerationDefaults of(GenerationConfig config) {
    Sampling greedy = Sampling.GREEDY.withRepetitionPenalty(config.repetitionPenalty().orElse(1));
    Sampling ifSampling =
        greedy
            .withTemperature(config.temperature().orElse(1))
            .withTopK((int) config.topK().orElse(TOP_K))
            .withTopP(config.topP().orElse(1))
            .withMinP(config.minP().orElse(0));
    return new GenerationDefaults(
        config.doSample() ? ifSampling : greedy,
        ifSampling,
        ids(config.eosTokenIds()),
        config.maxNewTokens().stream().mapToInt(Math::toIntExact).findFirst(),
        (int) config.numBeams().orElse(1),
        config.lengthPenalty().orElse(1));
  }

  private static Set<Integer> ids(List<Long> ids) {
    Set<Integer> set = new HashSet<>();
    ids.forEach(id -> set.add(Math.toIntExact(id)));
    return set;
  }
}
