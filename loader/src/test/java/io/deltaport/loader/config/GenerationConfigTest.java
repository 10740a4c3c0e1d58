package io.deltaport.loader.config;

import static io.deltaport.loader.Refusals.assertRefused;
import static io.deltaport.loader.config.ConfigJson.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class GenerationConfigTest {
  private static GenerationConfig read(String json) {
    return GenerationReader.read(json("{" + json + "}"));
  }

  private static void refused(String json, String... parts) {
    assertRefused(() -> read(json), parts);
  }

  @Test
  void theOfficialFile() {
    GenerationConfig config =
        read(
            "'bos_token_id':151643,'do_sample':true,'eos_token_id':[151645,151643],"
                + "'pad_token_id':151643,'temperature':0.7,'top_k':20,'top_p':0.8,"
                + "'transformers_version':'4.57.0.dev0'");
    assertEquals(List.of(151_645L, 151_643L), config.eosTokenIds());
    assertTrue(config.doSample());
    assertEquals(OptionalDouble.of(0.7), config.temperature());
    assertEquals(OptionalLong.of(20), config.topK());
    assertEquals(OptionalDouble.of(0.8), config.topP());
    assertEquals(OptionalDouble.empty(), config.minP());
    assertEquals(List.of(), config.keysIgnored());
  }

  @Test
  @DisplayName("pitfall 25: stop tokens are a number, a list or none")
  void stopTokens() {
    assertEquals(List.of(7L), read("'eos_token_id':7").eosTokenIds());
    assertEquals(List.of(7L, 9L), read("'eos_token_id':[7,9]").eosTokenIds());
    assertEquals(List.of(), read("'eos_token_id':null").eosTokenIds());
    assertEquals(List.of(), read("").eosTokenIds());
    refused("'eos_token_id':[[7]]", "generation_config.json: eos_token_id", "a list");
    refused("'eos_token_id':'7'", "generation_config.json: eos_token_id", "\"7\"");
  }

  @Test
  void nullIsAbsent() {
    GenerationConfig config = read("'do_sample':null,'temperature':null,'top_k':null");
    assertFalse(config.doSample());
    assertEquals(OptionalDouble.empty(), config.temperature());
    assertEquals(OptionalLong.empty(), config.topK());
  }

  @Test
  void keysThatAreNotKnownAreListed() {
    assertEquals(List.of("no_repeat_ngram_size"), read("'no_repeat_ngram_size':3").keysIgnored());
  }

  @Test
  void impossibleNumbers() {
    refused("'temperature':-1", "temperature", "a number from 0", "-1.0");
    refused("'top_k':-1", "top_k", "0 to", "-1");
    refused("'top_p':1.5", "top_p", "0 to 1", "1.5");
    refused("'min_p':-0.5", "min_p", "0 to 1", "-0.5");
    refused("'repetition_penalty':0", "repetition_penalty", "above 0", "0.0");
    refused("'num_beams':0", "num_beams", "1 to", "0");
    refused("'max_new_tokens':-1", "max_new_tokens", "0 to", "-1");
    refused("'do_sample':1", "do_sample", "true or false", "1");
  }
}
