package io.deltaport.loader.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import java.util.List;

/** Reads {@code generation_config.json} as transformers does; a null is a key left out. */
public final class GenerationReader {
  /**
   * Keys that describe a file or a Python run, not a text; and ids that nothing here adds: a prompt
   * has those of its tokenizer, and no batch is padded.
   */
  private static final List<String> NO_EFFECT =
      List.of(
          "_from_model_config",
          "bos_token_id",
          "cache_implementation",
          "output_attentions",
          "output_hidden_states",
          "output_logits",
          "output_scores",
          "pad_token_id",
          "return_dict_in_generate",
          "transformers_version",
          "use_cache");

  private GenerationReader() {}

  /**
   * What generation starts from.
   *
   * @param json {@code generation_config.json}; left as it is
   * @throws CheckpointException naming every key that is wrong
   */
  public static GenerationConfig read(ObjectNode json) {
    try {
      return read(new ConfigFields(json));
    } catch (CheckpointException e) {
      throw e.in("generation_config.json");
    }
  }

  private static GenerationConfig read(ConfigFields fields) {
    fields.know(NO_EFFECT);
    return fields.check(
        () ->
            new GenerationConfig(
                fields.wholes("eos_token_id"),
                fields.isNull("do_sample") ? false : fields.flag("do_sample", false),
                fields.optionalNumber("temperature"),
                fields.optionalWhole("top_k"),
                fields.optionalNumber("top_p"),
                fields.optionalNumber("min_p"),
                fields.optionalNumber("repetition_penalty"),
                fields.optionalNumber("length_penalty"),
                fields.optionalWhole("max_new_tokens"),
                fields.optionalWhole("num_beams"),
                fields.unknown()));
  }
}
