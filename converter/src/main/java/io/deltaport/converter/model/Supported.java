package io.deltaport.converter.model;

import io.deltaport.directory.Mtp;
import io.deltaport.loader.Problem;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.config.ModelConfig;
import java.util.ArrayList;
import java.util.List;

/** What of a config the ops compute. */
public final class Supported {
  private Supported() {}

  /** What a graph cannot compute of a config; empty if nothing. */
  public static List<Problem> problems(ModelConfig config, Mtp mtp) {
    List<Problem> problems = new ArrayList<>();
    if (!ActivationFunctions.names().contains(config.hiddenAct())) {
      problems.add(
          new Problem(
              "config.json: hidden_act",
              "one of " + String.join(", ", ActivationFunctions.names().stream().sorted().toList()),
              config.hiddenAct()));
    }
    if (config.attention().rotary() == 0) {
      problems.add(
          new Problem(
              "config.json: partial_rotary_factor", "at least one rotated dim of a head", "none"));
    }
    if (mtp == Mtp.HEAD && config.architecture().head() != HeadType.CAUSAL_LM) {
      problems.add(
          new Problem(
              "config.json: architectures",
              "a language model, which alone has an MTP head",
              config.architecture().className()));
    }
    return problems;
  }
}
