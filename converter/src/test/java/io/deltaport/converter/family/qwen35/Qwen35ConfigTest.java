package io.deltaport.converter.family.qwen35;

import static io.deltaport.converter.family.ConfigJson.json;
import static io.deltaport.converter.family.ConfigJson.model;
import static io.deltaport.converter.family.ConfigJson.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.loader.config.DecoderLayer.MlpType;
import io.deltaport.loader.config.DeltaNet;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import io.deltaport.loader.config.RopeParameters;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class Qwen35ConfigTest {
  /** Qwen3.5-27B's way of writing, sizes left to the class. */
  private static final String COMPOSED =
      """
      {'architectures':['Qwen3_5ForConditionalGeneration'],'model_type':'qwen3_5',
       'image_token_id':248056,'video_token_id':248057,'vision_config':{'depth':27},
       'tie_word_embeddings':%s,
       'text_config':{'model_type':'qwen3_5_text','attn_output_gate':true,
         'mamba_ssm_dtype':'float32','mlp_only_layers':[],'tie_word_embeddings':%s,
         'rope_parameters':{'rope_type':'default','rope_theta':10000000,
           'partial_rotary_factor':0.25,'mrope_section':[11,11,10],'mrope_interleaved':true}}}""";

  @Test
  void theDefaultsOfTheDenseClass() {
    ModelConfig config = model(json("{'model_type':'qwen3_5_text'}"));
    assertEquals("Qwen3_5ForCausalLM", config.architecture().className());
    assertEquals(248_320, config.vocabulary().size());
    assertEquals(4096, config.hiddenSize());
    assertEquals(OptionalLong.of(12_288), config.intermediateSize());
    assertEquals(32, config.layers().size());
    assertEquals(LayerType.FULL_ATTENTION, config.layers().get(3).mixer());
    assertEquals(4, config.attention().kvHeads());
    assertEquals(new DeltaNet(16, 128, 32, 128, 4), config.deltaNet());
    assertEquals(Optional.empty(), config.moe());
    assertFalse(config.architecture().tieWordEmbeddings());
  }

  @Test
  void theDefaultsOfTheMixtureOfExperts() {
    ModelConfig config = model(json("{'model_type':'qwen3_5_moe_text'}"));
    assertEquals("Qwen3_5MoeForCausalLM", config.architecture().className());
    assertEquals(2048, config.hiddenSize());
    assertEquals(40, config.layers().size());
    assertEquals(2, config.attention().kvHeads());
    assertEquals(OptionalLong.empty(), config.intermediateSize());
    assertEquals(Optional.of(new Moe(256, 8, 512, 512, true)), config.moe());
  }

  @Test
  @DisplayName("pitfall 55: no key makes a dense model sparse, a sparse one dense, or weights raw")
  void theClassDecidesTheMlp() {
    ModelConfig dense =
        model(json("{'model_type':'qwen3_5_text','num_experts':8,'decoder_sparse_step':1}"));
    assertTrue(dense.layers().stream().allMatch(layer -> layer.mlp() == MlpType.DENSE));
    ModelConfig sparse =
        model(
            json(
                "{'model_type':'qwen3_5_moe_text','mlp_only_layers':[0,1],'norm_topk_prob':false}"));
    assertTrue(sparse.layers().stream().allMatch(layer -> layer.mlp() == MlpType.SPARSE));
    assertTrue(sparse.moe().orElseThrow().normTopkProb());
    assertTrue(
        sparse.source().keysIgnored().stream().anyMatch(key -> key.startsWith("norm_topk_prob (")));
  }

  @ParameterizedTest(name = "outer {0}, inner {1}")
  @DisplayName("pitfall 55: the outer flag ties the head of a composed class")
  @CsvSource({"true,false,true", "false,true,false", "true,true,true", "false,false,false"})
  void theOuterFlagTies(boolean outer, boolean inner, boolean tied) {
    ModelConfig config = model(json(COMPOSED.formatted(outer, inner)));
    assertEquals(HeadType.CAUSAL_LM, config.architecture().head());
    assertEquals(tied, config.architecture().tieWordEmbeddings());
  }

  @Test
  @DisplayName("pitfall 55: the flag of the text model ties the head of its own class")
  void theInnerFlagTiesTheTextClass() {
    String text =
        COMPOSED.formatted(false, true).replace("ForConditionalGeneration", "ForCausalLM");
    assertTrue(model(json(text)).architecture().tieWordEmbeddings());
  }

  @Test
  void theRotationOfTextIsPlain() {
    ModelConfig config = model(json(COMPOSED.formatted(true, true)));
    assertEquals(new RopeParameters.Default(1e7, 0.25), config.attention().rope());
    assertEquals(64, config.attention().rotary());
  }

  @Test
  void whatChangesNothingIsListedWithItsReason() {
    List<String> ignored = model(json(COMPOSED.formatted(true, true))).source().keysIgnored();
    for (String key :
        List.of("vision_config", "image_token_id", "attn_output_gate", "mrope_section")) {
      assertTrue(
          ignored.stream().anyMatch(line -> line.contains(key + " (")),
          key + " is not in " + ignored);
    }
  }

  @Test
  void aFlatConfigMayHaveTheOuterName() {
    ModelConfig config = model(json("{'model_type':'qwen3_5','tie_word_embeddings':true}"));
    assertEquals("Qwen3_5ForCausalLM", config.architecture().className());
    assertTrue(config.architecture().tieWordEmbeddings());
  }

  @Test
  void aClassOfTheOtherModelIsRefused() {
    refused(
        json("{'model_type':'qwen3_5_text','architectures':['Qwen3_5MoeForCausalLM']}"),
        "architectures",
        "Qwen3_5ForCausalLM",
        "Qwen3_5MoeForCausalLM");
  }
}
