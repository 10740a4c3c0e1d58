package io.deltaport.converter.family.qwen35;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.converter.family.ConfigJson;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Row;
import io.deltaport.directory.Mtp;
import io.deltaport.loader.CheckpointException;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.tensor.Shape;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of a model whose dims all differ. */
class Qwen35WeightsTest {
  private static final String SIZES =
      """
      'vocab_size':29,'hidden_size':24,'intermediate_size':13,'num_hidden_layers':3,
      'num_attention_heads':4,'num_key_value_heads':2,'head_dim':16,'linear_num_key_heads':3,
      'linear_num_value_heads':6,'linear_key_head_dim':5,'linear_value_head_dim':7,
      'linear_conv_kernel_dim':4,'moe_intermediate_size':8,'shared_expert_intermediate_size':10,
      'num_experts':5,'num_experts_per_tok':2,'full_attention_interval':3""";
  private static final Set<String> NAMES =
      Set.of("model.language_model.embed_tokens.weight", "lm_head.weight");

  @Test
  void theProjectionsOfALinearLayerLieApart() {
    List<Row> rows = Qwen35Weights.rows(dense(), NAMES, Mtp.NONE);
    assertRow(rows, Role.DELTA_QKV, "linear_attn.in_proj_qkv.weight", 72, 24);
    assertRow(rows, Role.DELTA_Z, "linear_attn.in_proj_z.weight", 42, 24);
    assertRow(rows, Role.DELTA_B, "linear_attn.in_proj_b.weight", 6, 24);
    assertRow(rows, Role.DELTA_A, "linear_attn.in_proj_a.weight", 6, 24);
    assertRow(rows, Role.DELTA_CONV, "linear_attn.conv1d.weight", 72, 1, 4);
    assertRow(rows, Role.DELTA_NORM, "linear_attn.norm.weight", 7);
    assertRow(rows, Role.DELTA_OUT, "linear_attn.out_proj.weight", 24, 42);
    assertRow(rows, Role.ATTENTION_Q, "self_attn.q_proj.weight", 128, 24);
    assertRow(rows, Role.MLP_DOWN, "mlp.down_proj.weight", 24, 13);
    assertEquals(List.of(0, 1), row(rows, Role.DELTA_QKV).axes().get(Row.LAYER));
  }

  @Test
  void theVisionTowerIsDroppedWithAReason() {
    List<String> sources =
        Qwen35Weights.rows(dense(), NAMES, Mtp.NONE).stream().map(Row::source).toList();
    assertTrue(sources.containsAll(List.of("model.visual.*", "visual.*")), sources::toString);
  }

  @Test
  void aMissingNumberOfExpertsMakesNoDenseModelSparse() {
    Set<Role> dense = roles(Qwen35Weights.rows(dense(), NAMES, Mtp.HEAD));
    assertTrue(dense.contains(Role.MLP_UP));
    assertEquals(Set.of(), common(dense, EnumSet.of(Role.ROUTER, Role.EXPERT_UP, Role.SHARED_UP)));
  }

  @Test
  void noRoleIsLeftOutAndNoneIsOfAnotherFamily() {
    Set<Role> found = roles(Qwen35Weights.rows(dense(), NAMES, Mtp.HEAD));
    found.addAll(roles(Qwen35Weights.rows(moe("'attention_bias':true"), NAMES, Mtp.NONE)));
    Set<Role> others = EnumSet.complementOf(EnumSet.copyOf(found));
    others.removeAll(EnumSet.of(Role.CLASSIFIER, Role.CLASSIFIER_BIAS)); // of other heads
    assertEquals(EnumSet.of(Role.DELTA_QKVZ, Role.DELTA_BA), others);
  }

  @Test
  void anMtpLayerWithoutARouterNeedsTheWidthOfItsMlp() {
    CheckpointException e =
        assertThrows(
            CheckpointException.class,
            () -> Qwen35Weights.rows(moe("'attention_bias':true"), NAMES, Mtp.HEAD));
    assertEquals(
        "config.json: intermediate_size: expected the width of a layer that has no router, found"
            + " nothing",
        e.getMessage());
  }

  private static ModelConfig dense() {
    return ConfigJson.model(json("qwen3_5_text", "Qwen3_5ForCausalLM", "'x':1"));
  }

  private static ModelConfig moe(String more) {
    return ConfigJson.model(json("qwen3_5_moe_text", "Qwen3_5MoeForCausalLM", more));
  }

  private static ObjectNode json(String type, String architecture, String more) {
    return ConfigJson.json(
        "{'model_type':'%s','architectures':['%s'],%s,%s}"
            .formatted(type, architecture, SIZES, more));
  }

  private static Set<Role> roles(List<Row> rows) {
    Set<Role> found = EnumSet.noneOf(Role.class);
    rows.stream()
        .flatMap(row -> row.targets().stream())
        .forEach(target -> found.add(target.role()));
    return found;
  }

  private static Set<Role> common(Set<Role> some, Set<Role> others) {
    EnumSet<Role> common = EnumSet.copyOf(some);
    common.retainAll(others);
    return common;
  }

  private static Row row(List<Row> rows, Role role) {
    return rows.stream().filter(row -> row.is(role)).findFirst().orElseThrow();
  }

  private static void assertRow(List<Row> rows, Role role, String name, long... shape) {
    assertEquals("model.language_model.layers.{layer}." + name, row(rows, role).source());
    assertEquals(Shape.of(shape), row(rows, role).shape(), name);
  }
}
