package io.deltaport.server.call;

import io.deltaport.engine.request.GenerationDefaults;
import io.deltaport.engine.sampling.Sampling;
import io.deltaport.server.json.Fields;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How tokens are picked: what a request says, over what the model's makers want. */
public final class SamplingFields {
  private static final double MOST_PENALTY = 2;
  private static final double LARGE = 1e6;

  private SamplingFields() {}

  public static Sampling read(Fields fields, GenerationDefaults defaults) {
    return read(fields, defaults, "repetition_penalty");
  }

  /** With the name that an API has for the repetition penalty. */
  public static Sampling read(
      Fields fields, GenerationDefaults defaults, String repetitionPenalty) {
    OptionalDouble temperature = fields.decimal("temperature", 0, LARGE);
    OptionalDouble topP = fields.decimal("top_p", 0, 1);
    OptionalDouble minP = fields.decimal("min_p", 0, 1);
    OptionalInt topK = fields.integer("top_k", -1, Integer.MAX_VALUE);
    OptionalLong seed = fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    boolean asksToSample =
        temperature.orElse(0) > 0 || topP.orElse(1) < 1 || minP.orElse(0) > 0 || topK.orElse(0) > 1;
    Sampling usual = asksToSample ? defaults.ifSampling() : defaults.sampling();
    double repetition =
        fields.decimal(repetitionPenalty, 1e-3, LARGE).orElse(usual.repetitionPenalty());
    Sampling sampling =
        usual
            .withTemperature(temperature.orElse(usual.temperature()))
            .withTopP(Math.max(topP.orElse(usual.topP()), Double.MIN_VALUE))
            .withMinP(minP.orElse(usual.minP()))
            .withTopK(Math.max(topK.orElse(usual.topK()), 0))
            .withRepetitionPenalty(repetition)
            .withPresencePenalty(penalty(fields, "presence_penalty", usual.presencePenalty()))
            .withFrequencyPenalty(penalty(fields, "frequency_penalty", usual.frequencyPenalty()));
    return seed.isPresent() ? sampling.withSeed(seed.getAsLong()) : sampling;
  }

  private static double penalty(Fields fields, String name, double usual) {
    return fields.decimal(name, -MOST_PENALTY, MOST_PENALTY).orElse(usual);
  }
}
