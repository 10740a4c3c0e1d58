package io.deltaport.converter.family.qwen3next;

import static io.deltaport.converter.family.ConfigJson.json;
import static io.deltaport.converter.family.ConfigJson.read;
import static io.deltaport.converter.family.ConfigJson.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.converter.family.ConfigJson;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.config.Architecture;
import io.deltaport.loader.config.Attention;
import io.deltaport.loader.config.DeltaNet;
import io.deltaport.loader.config.HeadType;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
import io.deltaport.loader.config.RopeParameters;
import io.deltaport.loader.config.Vocabulary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class Qwen3NextConfigTest {
  private static final String DEFAULTS =
      """
      {'model_type':'qwen3_next'}""";

  @Test
  void theOfficialConfig() {
    ModelConfig config = read("");
    assertEquals(HeadType.CAUSAL_LM, config.architecture().head());
    assertEquals(151_936, config.vocabulary().size());
    assertEquals(262_144, config.maxPositionEmbeddings());
    assertEquals(new RopeParameters.Default(1e7, 0.25), config.attention().rope());
    assertEquals(48, config.layers().size());
    assertEquals(
        12,
        config.layers().stream()
            .filter(layer -> layer.mixer() == LayerType.FULL_ATTENTION)
            .count());
    assertEquals(LayerType.FULL_ATTENTION, config.layers().get(47).mixer());
    assertEquals(List.of(151_645L), config.vocabulary().eosTokenIds());
    assertEquals(OptionalLong.of(151_643), config.vocabulary().bosTokenId());
    assertEquals(Optional.of("bfloat16"), config.source().dtype());
    assertEquals(List.of(), config.source().defaultsUsed());
    assertEquals(List.of("use_sliding_window"), config.source().keysIgnored());
    assertTrue(config.sparse(0));
  }

  @Test
  void itsDimensions() {
    Attention attention = read("").attention();
    assertEquals(8192, attention.qGate());
    assertEquals(4096, attention.q());
    assertEquals(512, attention.kv());
    assertEquals(64, attention.rotaryDim());
    assertEquals(64, attention.rotary());
    DeltaNet deltaNet = read("").deltaNet();
    assertEquals(2048, deltaNet.key());
    assertEquals(4096, deltaNet.value());
    assertEquals(8192, deltaNet.convDim());
    assertEquals(12288, deltaNet.qkvz());
    assertEquals(64, deltaNet.ba());
  }

  @Test
  void everyKeyReachesItsPlace() {
    ModelConfig config =
        read(
            """
            'num_attention_heads':6,'num_key_value_heads':3,'head_dim':40,'attention_bias':true,
            'linear_num_key_heads':5,'linear_key_head_dim':7,'linear_num_value_heads':10,
            'linear_value_head_dim':11,'linear_conv_kernel_dim':9,
            'num_experts':19,'num_experts_per_tok':13,'moe_intermediate_size':17,
            'shared_expert_intermediate_size':23,'norm_topk_prob':false,
            'vocab_size':29,'hidden_size':31,'intermediate_size':37,'rms_norm_eps':0.5,
            'max_position_embeddings':41,'pad_token_id':1,'bos_token_id':2,'eos_token_id':4,
            'tie_word_embeddings':true""");
    RopeParameters rope = new RopeParameters.Default(1e7, 0.25);
    assertEquals(new Attention(6, 3, 40, true, rope), config.attention());
    assertEquals(new DeltaNet(5, 7, 10, 11, 9), config.deltaNet());
    assertEquals(Optional.of(new Moe(19, 13, 17, 23, false)), config.moe());
    assertEquals(
        new Vocabulary(29, OptionalLong.of(1), OptionalLong.of(2), List.of(4L)),
        config.vocabulary());
    assertEquals(31, config.hiddenSize());
    assertEquals(OptionalLong.of(37), config.intermediateSize());
    assertEquals(0.5, config.rmsNormEps());
    assertEquals(41, config.maxPositionEmbeddings());
    assertTrue(config.architecture().tieWordEmbeddings());
  }

  @Test
  void noExperts() {
    assertEquals(Optional.empty(), read("'num_experts':0").moe());
  }

  @Test
  void everyDefaultIsThatOfTransformersAndIsListed() {
    ModelConfig config = ConfigJson.model(json(DEFAULTS));
    assertEquals(
        List.of(
            "architectures = Qwen3NextForCausalLM",
            "tie_word_embeddings = false",
            "vocab_size = 151936",
            "max_position_embeddings = 32768",
            "num_attention_heads = 16",
            "num_key_value_heads = 2",
            "head_dim = 256",
            "attention_bias = false",
            "rope_theta = 10000.0",
            "partial_rotary_factor = 0.25",
            "linear_num_key_heads = 16",
            "linear_key_head_dim = 128",
            "linear_num_value_heads = 32",
            "linear_value_head_dim = 128",
            "linear_conv_kernel_dim = 4",
            "norm_topk_prob = true",
            "output_router_logits = false",
            "router_aux_loss_coef = 0.001",
            "num_experts = 512",
            "num_experts_per_tok = 10",
            "moe_intermediate_size = 512",
            "shared_expert_intermediate_size = 512",
            "num_hidden_layers = 48",
            "full_attention_interval = 4",
            "decoder_sparse_step = 1",
            "hidden_size = 2048",
            "intermediate_size = 5632",
            "hidden_act = silu",
            "rms_norm_eps = 1.0E-6"),
        config.source().defaultsUsed());
    assertEquals(List.of(), config.source().keysIgnored());
  }

  @Test
  void bothSpellingsMeanTheSame() {
    ModelConfig legacy = read("");
    ObjectNode json = json(ConfigJson.OFFICIAL);
    json.remove(List.of("rope_theta", "partial_rotary_factor", "rope_scaling", "torch_dtype"));
    json.remove("full_attention_interval");
    json.setAll(
        json(
            """
            {'dtype':'bfloat16','rope_parameters':{'rope_type':'default','rope_theta':1e7,
            'partial_rotary_factor':0.25}}"""));
    legacy
        .layers()
        .forEach(
            layer ->
                json.withArray("layer_types")
                    .add(
                        layer.mixer() == LayerType.FULL_ATTENTION
                            ? "full_attention"
                            : "linear_attention"));
    assertEquals(legacy, ConfigJson.model(json));
  }

  @Test
  void dtypeGoesBeforeTorchDtype() {
    assertEquals(Optional.of("float16"), read("'dtype':'float16'").source().dtype());
    assertEquals(Optional.of("bfloat16"), read("'dtype':null").source().dtype());
  }

  @Test
  void theArchitectures() {
    Map.of(
            "ForCausalLM",
            HeadType.CAUSAL_LM,
            "Model",
            HeadType.BASE_MODEL,
            "ForSequenceClassification",
            HeadType.SEQUENCE_CLASSIFICATION,
            "ForTokenClassification",
            HeadType.TOKEN_CLASSIFICATION,
            "ForQuestionAnswering",
            HeadType.QUESTION_ANSWERING)
        .forEach(
            (suffix, head) -> {
              Architecture read =
                  read("'architectures':['Qwen3Next" + suffix + "']").architecture();
              assertEquals(head, read.head());
              assertEquals("Qwen3Next" + suffix, read.className());
            });
  }

  @Test
  void unknownKeysAreListed() {
    assertEquals(
        List.of("use_sliding_window", "new_key", "rope_scaling: mrope_section"),
        read("'new_key':1,'rope_scaling':{'type':'default','mrope_section':[1]}")
            .source()
            .keysIgnored());
  }

  @Test
  void aComposedModelHasItsTextConfigInside() {
    ObjectNode text = json(ConfigJson.OFFICIAL);
    text.remove("architectures");
    ObjectNode json =
        json(
            """
            {'architectures':['Qwen3NextForCausalLM'],'model_type':'outer',
            'tie_word_embeddings':true,'pad_token_id':5}""");
    json.set("text_config", text);
    ModelConfig config = ConfigJson.model(json);
    assertEquals(HeadType.CAUSAL_LM, config.architecture().head());
    assertEquals(OptionalLong.of(5), config.vocabulary().padTokenId());
    assertFalse(config.architecture().tieWordEmbeddings(), "the inner value goes first");
  }

  @Test
  void unknownKeysOfEveryLevelAreListed() {
    ObjectNode json =
        json("{'model_type':'outer','vision_config':{},'tie_word_embeddings':true,'dtype':'x'}");
    json.set(
        "text_config",
        ConfigJson.official(
            """
            'inner_key':1,'rope_scaling':{'type':'default','rope_key':1},
            'quantization_config':{'quant_method':'compressed-tensors','kv_cache_scheme':null,
            'format':'pack-quantized','config_groups':{'g':{'output_activations':null,
            'weights':{'num_bits':4,'observer':'minmax'}}}}"""));
    assertEquals(
        List.of(
            "vision_config",
            "tie_word_embeddings (not the config of Qwen3NextForCausalLM)",
            "text_config: use_sliding_window",
            "text_config: inner_key",
            "text_config: rope_scaling: rope_key",
            "text_config: quantization_config: config_groups: g: weights: observer (says how it was"
                + " made)"),
        ConfigJson.model(json).source().keysIgnored());
  }

  @Test
  void sizesBesideATextConfig() {
    refused("'text_config':{}", "config.json: text_config", "one text model");
  }

  @Test
  void anotherModelType() {
    refused("'model_type':'qwen3_moe'", "model_type", "qwen3_next_text", "\"qwen3_moe\"");
  }

  @Test
  void noModelType() {
    refused(json("{}"), "model_type", "qwen3_next_text", "\"\"");
  }

  @Test
  void anUnknownArchitecture() {
    refused("'architectures':['Qwen3NextForSpeech']", "architectures", "Qwen3NextForSpeech");
    refused("'architectures':['Qwen3NextModel','Qwen3NextForCausalLM']", "architectures");
  }

  @Test
  void sizesOfOneLayerThatDiffer() {
    refused("'per_layer_config':[{}]", "per_layer_config", "not supported");
  }

  @Test
  void aBillionLayers() {
    refused("'num_hidden_layers':1000000000", "num_hidden_layers", "1 to 1024", "1000000000");
  }

  @Test
  void aBillionExperts() {
    refused("'num_experts':1000000000", "num_experts", "0 to 16384", "1000000000");
  }

  @Test
  void aBillionLabels() {
    refused("'num_labels':1000000000", "num_labels", "0 to 65536", "1000000000");
  }

  @Test
  void listsWithoutEnd() {
    String zeros = "[0" + ",0".repeat(2_000) + "]";
    refused("'mlp_only_layers':" + zeros, "mlp_only_layers", "0 to 1024", "2001");
    refused("'layer_types':" + zeros.replace("0", "'mamba'"), "layer_types", "2001 types");
    refused(
        "'rope_scaling':{'type':'longrope','short_factor':" + zeros + "}",
        "short_factor",
        "above 0");
  }

  @Test
  void aBillionHeads() {
    refused("'num_attention_heads':1000000000", "num_attention_heads", "1 to 16384");
    refused("'linear_num_value_heads':1000000000", "linear_num_value_heads", "1 to 16384");
  }

  @Test
  void sizesBeyondTheirLimits() {
    for (String key :
        List.of(
            "vocab_size",
            "hidden_size",
            "intermediate_size",
            "head_dim",
            "linear_key_head_dim",
            "linear_value_head_dim",
            "linear_conv_kernel_dim",
            "moe_intermediate_size",
            "shared_expert_intermediate_size")) {
      for (String size : List.of("0", "-1", "9223372036854775807")) {
        refused("'" + key + "':" + size, "config.json: " + key + ": expected", size);
      }
    }
  }

  @Test
  void aSizeOfTwoToThe63() {
    refused("'hidden_size':9223372036854775808", "hidden_size", "a whole number");
    refused("'num_hidden_layers':4294967297", "num_hidden_layers", "below 2^31");
  }

  @Test
  void aNumberThatIsNotFinite() {
    refused("'rms_norm_eps':1e999", "rms_norm_eps", "a finite number");
    refused("'rms_norm_eps':-1e-6", "rms_norm_eps", "a number from 0", "-1.0E-6");
    refused("'rope_theta':1e999", "rope_theta", "a finite number");
  }

  @Test
  void valuesOfAWrongType() {
    refused("'attention_bias':0", "attention_bias", "true or false", "0");
    refused("'hidden_act':7", "hidden_act", "a string", "7");
    refused("'mlp_only_layers':[0.5]", "mlp_only_layers", "whole numbers", "0.5");
    refused("'layer_types':'linear_attention'", "layer_types", "a list of strings");
    refused("'layer_types':[1]", "layer_types", "a list of strings", "1");
    refused("'rope_parameters':[]", "rope_parameters", "an object", "a list");
    refused("'pad_token_id':'5'", "pad_token_id", "a whole number or null", "\"5\"");
    refused("'eos_token_id':['5']", "eos_token_id", "whole numbers", "\"5\"");
    refused("'architectures':'Qwen3NextModel'", "architectures", "a list of strings");
    refused("'id2label':['a']", "id2label", "an object", "a list");
    refused("'id2label':{'0':1}", "id2label", "numbers with names");
    refused("'quantization_config':7", "quantization_config", "an object", "7");
  }

  @Test
  void anUnknownProblemType() {
    refused("'problem_type':'guess'", "problem_type", "regression", "\"guess\"");
  }

  @Test
  void aClassifierHasTwoLabelsWhereTheFileIsSilent() {
    ModelConfig config = read("'architectures':['Qwen3NextForSequenceClassification']");
    assertEquals(2, config.architecture().numLabels());
    assertEquals(List.of("num_labels = 2"), config.source().defaultsUsed());
  }

  @Test
  void aClassifierWithoutLabels() {
    refused(
        "'architectures':['Qwen3NextForTokenClassification'],'num_labels':0", "num_labels", "1 to");
  }

  @Test
  @DisplayName("pitfall 24: an unknown rope type is an error")
  void anUnknownRotation() {
    refused(
        "'rope_scaling':{'type':'su'}",
        "config.json: rope_scaling: rope_type: expected default, linear",
        "\"su\"");
  }

  @Test
  void aRotationThatLacksAKey() {
    refused("'rope_scaling':{'type':'linear'}", "rope_scaling: factor", "a number", "nothing");
  }

  @Test
  void impossibleRotations() {
    refused("'rope_theta':0", "rope_theta", "above 0", "0.0");
    refused("'rope_scaling':{'type':'linear','factor':0}", "rope_scaling: factor", "above 0");
    refused("'rope_scaling':{'type':'yarn','factor':2,'beta_fast':-1}", "beta_fast", "above 0");
    refused("'rope_scaling':{'type':'yarn','factor':2,'rope_theta':1}", "rope_theta");
    refused(
        "'rope_scaling':{'type':'yarn','factor':2,'original_max_position_embeddings':0}",
        "original_max_position_embeddings");
  }

  @Test
  void allProblemsAtOnce() {
    ObjectNode config =
        ConfigJson.official(
            """
            'hidden_size':-1,'head_dim':'x','num_attention_heads':3,'hidden_act':'nope',
            'rope_scaling':{'type':'linear','factor':-2},'layer_types':['moe'],
            'quantization_config':{'quant_method':'new'},'problem_type':1""");
    CheckpointException e =
        Assertions.assertThrows(CheckpointException.class, () -> ConfigJson.model(config));
    assertEquals(
        List.of(
            "config.json: problem_type",
            "config.json: head_dim",
            "config.json: rope_scaling: factor",
            "config.json: num_attention_heads, num_key_value_heads",
            "config.json: layer_types",
            "config.json: quantization_config: quant_method",
            "config.json: hidden_size",
            "config.json: hidden_act"),
        e.problems().stream().map(problem -> problem.where()).toList());
  }

  @Test
  void theJsonIsLeftAsItIs() {
    ObjectNode json = ConfigJson.official("");
    ConfigJson.model(json);
    assertEquals(ConfigJson.official(""), json);
  }
}
