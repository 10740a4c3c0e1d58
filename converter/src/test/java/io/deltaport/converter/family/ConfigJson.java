package io.deltaport.converter.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.config.ConfigFields;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.json.StrictJson;
import java.io.StringReader;

/** Configs for tests, in JSON with single quotes. */
public final class ConfigJson {
  /** Qwen3-Next-80B-A3B-Instruct as on the hub. */
  public static final String OFFICIAL =
      """
      {'architectures':['Qwen3NextForCausalLM'],'attention_bias':false,'attention_dropout':0.0,
       'bos_token_id':151643,'decoder_sparse_step':1,'eos_token_id':151645,
       'full_attention_interval':4,'head_dim':256,'hidden_act':'silu','hidden_size':2048,
       'initializer_range':0.02,'intermediate_size':5120,'linear_conv_kernel_dim':4,
       'linear_key_head_dim':128,'linear_num_key_heads':16,'linear_num_value_heads':32,
       'linear_value_head_dim':128,'max_position_embeddings':262144,'mlp_only_layers':[],
       'model_type':'qwen3_next','moe_intermediate_size':512,'norm_topk_prob':true,
       'num_attention_heads':16,'num_experts':512,'num_experts_per_tok':10,
       'num_hidden_layers':48,'num_key_value_heads':2,'output_router_logits':false,
       'partial_rotary_factor':0.25,'rms_norm_eps':1e-06,'rope_scaling':null,
       'rope_theta':10000000,'router_aux_loss_coef':0.001,'shared_expert_intermediate_size':512,
       'tie_word_embeddings':false,'torch_dtype':'bfloat16',
       'transformers_version':'4.57.0.dev0','use_cache':true,'use_sliding_window':false,
       'vocab_size':151936}""";

  private ConfigJson() {}

  /** The object that a text with single quotes means. */
  public static ObjectNode json(String text) {
    return StrictJson.object("test", new StringReader(text.replace('\'', '"')));
  }

  /** The official config with these keys in place of its own. */
  public static ObjectNode official(String overrides) {
    ObjectNode config = json(OFFICIAL);
    config.setAll(json("{" + overrides + "}"));
    return config;
  }

  /** The model that a config means. */
  public static ModelConfig model(ObjectNode json) {
    return Families.config(ConfigFields.ofModel(json));
  }

  /** The model that the official config with these keys means. */
  public static ModelConfig read(String overrides) {
    return model(official(overrides));
  }

  /** The official config with these keys is refused, with these parts in the message. */
  public static String refused(String overrides, String... parts) {
    return refused(official(overrides), parts);
  }

  /** A config is refused in one line, with these parts in the message. */
  public static String refused(ObjectNode json, String... parts) {
    String message = assertThrows(CheckpointException.class, () -> model(json)).getMessage();
    assertEquals(1, message.lines().count(), message);
    for (String part : parts) {
      assertTrue(message.contains(part), part + " is not in: " + message);
    }
    return message;
  }
}
