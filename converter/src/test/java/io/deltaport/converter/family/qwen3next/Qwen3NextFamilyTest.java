package io.deltaport.converter.family.qwen3next;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.deltaport.converter.blocks.LayerParts;
import io.deltaport.converter.blocks.Residual;
import io.deltaport.converter.blocks.Tap;
import io.deltaport.converter.family.ConfigJson;
import io.deltaport.converter.model.LayerGraph;
import io.deltaport.converter.model.ModelGraph;
import io.deltaport.converter.model.ModelGraph.Outputs;
import io.deltaport.converter.model.MtpGraph;
import io.deltaport.converter.onnx.Graph;
import io.deltaport.converter.onnx.Node;
import io.deltaport.converter.onnx.Value;
import io.deltaport.converter.weights.PlacedWeights;
import io.deltaport.converter.weights.Row;
import io.deltaport.converter.weights.TableTensors;
import io.deltaport.directory.Mtp;
import io.deltaport.directory.graph.Dim;
import io.deltaport.directory.graph.ElementType;
import io.deltaport.directory.graph.Port;
import io.deltaport.directory.graph.ValueInfo;
import io.deltaport.directory.state.StateLayer;
import io.deltaport.loader.config.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Layers of a small model: three of linear attention, one of full attention, two experts. */
class Qwen3NextFamilyTest {
  private static final String LOGITS = Port.ROUTER_LOGITS.key(0);
  private static final Set<String> NAMES = Set.of("lm_head.weight", "mtp.layers.0.mlp.gate.weight");

  private final ModelConfig config =
      ConfigJson.read(
          "'num_hidden_layers':4,'num_experts':2,'num_experts_per_tok':1,'vocab_size':32,"
              + "'mlp_only_layers':[1],'attention_bias':true,'eos_token_id':1,'bos_token_id':1");
  private final Qwen3NextFamily family = new Qwen3NextFamily();
  private final List<Row> table = family.weights(config, NAMES, Mtp.HEAD);
  private final PlacedWeights weights = TableTensors.placed(table);

  @Test
  void aLayerOfLinearAttention() {
    assertEquals(
        List.of(
            "RmsNorm model.layers.0.input_layernorm(x)",
            "Linear model.layers.0.linear_attn.in_proj_qkvz(model.layers.0.input_layernorm.y)",
            "Linear model.layers.0.linear_attn.in_proj_ba(model.layers.0.input_layernorm.y)",
            "GatedDeltaNet model.layers.0.linear_attn(model.layers.0.linear_attn.in_proj_qkvz.y)",
            "Linear model.layers.0.linear_attn.out_proj(model.layers.0.linear_attn.y)",
            "RmsNorm model.layers.0.post_attention_layernorm(model.layers.0.linear_attn.out_proj.y)",
            "SparseMoe model.layers.0.mlp(model.layers.0.post_attention_layernorm.y)"),
        nodes(layer(0, Tap.Names.NONE)));
  }

  @Test
  void aLayerOfFullAttentionBeginsWithItsAngles() {
    assertEquals(
        List.of(
            "RmsNorm model.layers.3.input_layernorm(x)",
            "RotaryTable rotary_emb(positions)",
            "Linear model.layers.3.self_attn.q_proj(model.layers.3.input_layernorm.y)",
            "Linear model.layers.3.self_attn.k_proj(model.layers.3.input_layernorm.y)",
            "Linear model.layers.3.self_attn.v_proj(model.layers.3.input_layernorm.y)",
            "GatedAttention model.layers.3.self_attn(model.layers.3.self_attn.q_proj.y)",
            "Linear model.layers.3.self_attn.o_proj(model.layers.3.self_attn.y)",
            "RmsNorm model.layers.3.post_attention_layernorm(model.layers.3.self_attn.o_proj.y)",
            "SparseMoe model.layers.3.mlp(model.layers.3.post_attention_layernorm.y)"),
        nodes(layer(3, Tap.Names.NONE)));
  }

  @Test
  void aLayerWithoutARouterHasOneMlp() {
    List<String> nodes = nodes(layer(1, Tap.Names.NONE));
    assertEquals(
        "GatedMlp model.layers.1.mlp(model.layers.1.post_attention_layernorm.y)",
        nodes.get(nodes.size() - 1));
  }

  @Test
  void tappedValuesHaveTheirNames() {
    Graph graph =
        layer(0, (tap, layer) -> Optional.of(tap == Tap.ROUTER_LOGITS ? LOGITS : tap.name()));
    assertEquals(Tap.MIXER.name(), node(graph, "input_layernorm").outputs().get(0));
    assertEquals(Tap.MIXED.name(), node(graph, "linear_attn").outputs().get(0));
    assertEquals(Tap.MLP.name(), node(graph, "post_attention_layernorm").outputs().get(0));
    assertEquals(LOGITS, node(graph, "mlp").outputs().get(1));
  }

  @Test
  void theGraphsOfAModelUseEveryWeight() {
    ModelGraph.of(family, config, weights, Outputs.HEAD);
    assertThrows(RuntimeException.class, weights::requireAllUsed);
    MtpGraph.of(family, config, weights);
    weights.requireAllUsed();
  }

  @Test
  void aLayerByItselfHasItsPlaceInTheStatePool() {
    Graph graph = LayerGraph.of(family, config, weights, 3);
    assertEquals("layer-3", graph.name());
    assertEquals(
        "Int[value=3]", String.valueOf(node(graph, "self_attn").attributes().get("layer")));
  }

  @Test
  void stateFollowsTheMixer() {
    List<StateLayer> state = family.state(config, Mtp.HEAD);
    assertEquals(5, state.size());
    assertEquals(new StateLayer.LinearAttention(0, 4, 8192, 32, 128, 128), state.get(0));
    assertEquals(new StateLayer.FullAttention(3, 2, 256), state.get(3));
    assertEquals(new StateLayer.FullAttention(4, 2, 256), state.get(4));
  }

  /** A graph of one layer over {@code x}. */
  private Graph layer(int layer, Tap.Names taps) {
    LayerParts parts = new LayerParts("test", config, weights, taps);
    Value x = parts.graph().input(hidden("x"));
    Residual out = new Qwen3NextFamily().layer(parts, layer, Residual.of(x));
    parts.graph().output(hidden(out.x().name()));
    return parts.graph().build();
  }

  private ValueInfo hidden(String name) {
    return ValueInfo.of(name, ElementType.FLOAT, Dim.of("tokens"), Dim.of(config.hiddenSize()));
  }

  private static List<String> nodes(Graph graph) {
    List<String> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(node.op().type() + " " + node.name() + "(" + node.inputs().get(0) + ")");
    }
    return nodes;
  }

  private static Node node(Graph graph, String end) {
    return graph.nodes().stream()
        .filter(node -> node.name().endsWith("." + end))
        .findFirst()
        .orElseThrow();
  }
}
