package io.deltaport.converter.family;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.config.Attention;
import io.deltaport.loader.config.DeltaNet;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.RopeParameters;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Configs in every spelling against what transformers made of them ({@code
 * fixtures/config_goldens.py}).
 */
final class GoldenConfigTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<Arguments> goldens() throws IOException {
    List<Arguments> goldens = new ArrayList<>();
    for (String family : List.of("qwen3_next", "qwen3_5", "qwen3_5_moe")) {
      List<JsonNode> lines = lines("goldens/" + family + ".jsonl");
      JsonNode base = lines.remove(0).get("base");
      for (JsonNode line : lines) {
        String name = family + ": " + line.get("name").asText();
        goldens.add(Arguments.of(name, config(base, line), line.get("expected")));
      }
    }
    return goldens.stream();
  }

  private static List<JsonNode> lines(String resource) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    try (InputStream file =
        Objects.requireNonNull(GoldenConfigTest.class.getResourceAsStream(resource))) {
      JSON.readerFor(JsonNode.class).<JsonNode>readValues(file).forEachRemaining(lines::add);
    }
    return lines;
  }

  /** The base with a line's overrides, within what stands around it where it is composed. */
  private static ObjectNode config(JsonNode base, JsonNode line) {
    ObjectNode text = base.deepCopy();
    for (Map.Entry<String, JsonNode> override : line.get("config").properties()) {
      if (override.getValue().asText().equals("ABSENT")) {
        text.remove(override.getKey());
      } else {
        text.set(override.getKey(), override.getValue());
      }
    }
    if (!line.has("outer")) {
      return text;
    }
    ObjectNode composed = line.get("outer").deepCopy();
    composed.set("text_config", text);
    return composed;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldens")
  @DisplayName("pitfall 24: every spelling means what it means to transformers")
  void sameAsTransformers(String name, ObjectNode config, JsonNode expected) {
    if (expected.isNull()) {
      ConfigJson.refused(config, "config.json: ", "expected", "found");
    } else {
      assertSame(expected, ConfigJson.model(config));
    }
  }

  private static void assertSame(JsonNode expected, ModelConfig config) {
    RopeParameters rope = config.attention().rope();
    List<String> types =
        config.layers().stream()
            .map(layer -> layer.mixer().name().toLowerCase(Locale.ROOT))
            .toList();
    assertEquals(list(expected.get("layer_types")), types);
    for (int layer = 0; layer < config.layers().size(); layer++) {
      assertEquals(expected.get("sparse").get(layer).asBoolean(), config.sparse(layer), "" + layer);
    }
    assertEquals(expected.get("rope_type").asText(), rope.ropeType());
    assertEquals(expected.get("rope_theta").asDouble(), rope.ropeTheta());
    assertEquals(expected.get("attention_factor").asDouble(), rope.attentionFactor(), 1e-15);
    assertEquals(2 * expected.get("frequencies").asLong(), config.attention().rotary());
    assertEquals(expected.get("labels").asLong(), config.architecture().numLabels());
    assertEquals(expected.get("tied").asBoolean(), config.architecture().tieWordEmbeddings());
    assertEquals(
        list(expected.get("eos")),
        config.vocabulary().eosTokenIds().stream().map(String::valueOf).toList());
    assertShapes(expected.get("shapes"), config);
  }

  private static void assertShapes(JsonNode shapes, ModelConfig config) {
    Attention attention = config.attention();
    DeltaNet deltaNet = config.deltaNet();
    Map<String, List<Long>> ours =
        Map.of(
            "self_attn.q_proj.weight", List.of(attention.qGate(), config.hiddenSize()),
            "self_attn.k_proj.weight", List.of(attention.kv(), config.hiddenSize()),
            "self_attn.o_proj.weight", List.of(config.hiddenSize(), attention.q()),
            "linear_attn.in_proj_qkvz.weight", List.of(deltaNet.qkvz(), config.hiddenSize()),
            "linear_attn.in_proj_ba.weight", List.of(deltaNet.ba(), config.hiddenSize()),
            "linear_attn.in_proj_qkv.weight", List.of(deltaNet.convDim(), config.hiddenSize()),
            "linear_attn.in_proj_z.weight", List.of(deltaNet.value(), config.hiddenSize()),
            "linear_attn.in_proj_b.weight", List.of(deltaNet.vHeads(), config.hiddenSize()),
            "linear_attn.conv1d.weight", List.of(deltaNet.convDim(), 1L, deltaNet.kernel()),
            "linear_attn.out_proj.weight", List.of(config.hiddenSize(), deltaNet.value()));
    ours.forEach(
        (name, shape) -> {
          if (shapes.has(name)) {
            assertEquals(
                list(shapes.get(name)), shape.stream().map(String::valueOf).toList(), name);
          }
        });
  }

  private static List<String> list(JsonNode node) {
    List<String> list = new ArrayList<>();
    node.forEach(item -> list.add(item.asText()));
    return list;
  }
}
