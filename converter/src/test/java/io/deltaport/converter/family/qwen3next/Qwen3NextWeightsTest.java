package io.deltaport.converter.family.qwen3next;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.family.ConfigJson;
import io.deltaport.converter.problem.ConverterException;
import io.deltaport.converter.weights.Role;
import io.deltaport.converter.weights.Row;
import io.deltaport.converter.weights.Transform;
import io.deltaport.converter.weights.WeightId;
import io.deltaport.converter.weights.WeightPlan;
import io.deltaport.directory.Mtp;
import io.deltaport.loader.Problem;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.tensor.Shape;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table, mostly of the official config: 48 layers, each fourth of full attention. */
class Qwen3NextWeightsTest {
  private static final String EMBEDDING = "model.embed_tokens.weight";
  private static final String HEAD = "lm_head.weight";

  private final ModelConfig official = ConfigJson.read("");

  @Test
  void namesAndShapesAreThoseOfTheModelingFile() {
    List<Row> rows = rows(official, Mtp.NONE, EMBEDDING, HEAD);
    assertRow(
        rows, Role.DELTA_QKVZ, "model.layers.{layer}.linear_attn.in_proj_qkvz.weight", 12288, 2048);
    assertRow(rows, Role.DELTA_BA, "model.layers.{layer}.linear_attn.in_proj_ba.weight", 64, 2048);
    assertRow(rows, Role.DELTA_CONV, "model.layers.{layer}.linear_attn.conv1d.weight", 8192, 1, 4);
    assertRow(rows, Role.ATTENTION_Q, "model.layers.{layer}.self_attn.q_proj.weight", 8192, 2048);
    assertRow(rows, Role.ATTENTION_K, "model.layers.{layer}.self_attn.k_proj.weight", 512, 2048);
    assertRow(rows, Role.ROUTER, "model.layers.{layer}.mlp.gate.weight", 512, 2048);
    assertRow(
        rows,
        Role.EXPERT_DOWN,
        "model.layers.{layer}.mlp.experts.{expert}.down_proj.weight",
        2048,
        512);
    assertRow(rows, Role.HEAD, HEAD, 151936, 2048);
    assertEquals(36, axis(row(rows, Role.DELTA_QKVZ), Row.LAYER).size());
    assertEquals(List.of(3, 7), axis(row(rows, Role.ATTENTION_Q), Row.LAYER).subList(0, 2));
    assertEquals(512, axis(row(rows, Role.EXPERT_UP), Row.EXPERT).size());
  }

  @Test
  void noRoleIsLeftOutAndNoneIsOfAnotherFamily() {
    Set<Role> found = EnumSet.noneOf(Role.class);
    Stream.of(
            rows(ConfigJson.read("'attention_bias':true"), Mtp.HEAD, EMBEDDING, HEAD),
            rows(ConfigJson.read("'num_experts':0"), Mtp.NONE, EMBEDDING, HEAD),
            rows(
                ConfigJson.read("'architectures':['Qwen3NextForTokenClassification']"),
                Mtp.NONE,
                EMBEDDING,
                HEAD))
        .flatMap(List::stream)
        .flatMap(row -> row.targets().stream())
        .forEach(target -> found.add(target.role()));
    Set<Role> others = EnumSet.complementOf(EnumSet.copyOf(found));
    assertEquals(EnumSet.of(Role.DELTA_QKV, Role.DELTA_Z, Role.DELTA_B, Role.DELTA_A), others);
  }

  @Test
  void weightsGetTheSameNamesWhateverPrefixAFileUses() {
    for (String prefix : List.of("model.", "model.language_model.", "transformer.", "")) {
      List<Row> rows = rows(official, Mtp.NONE, HEAD, prefix + "embed_tokens.weight");
      Row router = row(rows, Role.ROUTER);
      assertEquals(prefix + "layers.{layer}.mlp.gate.weight", router.source());
      assertEquals("model.layers.{layer}.mlp.gate.weight", router.target());
      assertEquals(prefix + "norm.weight", row(rows, Role.FINAL_NORM).source());
    }
  }

  @Test
  void ofTiedWeightsTheOneThatIsThereIsUsed() {
    ModelConfig tied = ConfigJson.read("'tie_word_embeddings':true");
    assertEquals(List.of(Role.EMBEDDING), tables(rows(tied, Mtp.NONE, EMBEDDING)));
    assertEquals(List.of(Role.HEAD), tables(rows(tied, Mtp.NONE, HEAD)));
    assertEquals(List.of(Role.EMBEDDING, Role.HEAD), tables(rows(tied, Mtp.NONE, EMBEDDING, HEAD)));
    assertEquals(List.of(Role.EMBEDDING, Role.HEAD), tables(rows(official, Mtp.NONE, HEAD)));
  }

  @Test
  void aHeadThatIsNeitherThereNorTiedIsOneProblemOfSeveral() {
    ModelConfig small = ConfigJson.read("'num_hidden_layers':1,'vocab_size':32");
    ConverterException e =
        assertThrows(
            ConverterException.class,
            () ->
                WeightPlan.of(
                    rows(small, Mtp.NONE, EMBEDDING), Map.of(), Map.of(), Optional.empty()));
    List<String> problems = e.problems().stream().map(Problem::toString).toList();
    assertTrue(
        problems.contains(
            "lm_head.weight: expected a tensor [32, 2048], or tie_word_embeddings true in"
                + " config.json, found none"),
        problems::toString);
    assertTrue(
        problems.contains("model.norm.weight: expected a tensor [2048], found none"),
        problems::toString);
  }

  @Test
  void stackedExpertsAreTakenApartWhereALayerHasThem() {
    List<Row> rows =
        rows(official, Mtp.NONE, EMBEDDING, HEAD, "model.layers.5.mlp.experts.gate_up_proj");
    Row stacked =
        rows.stream()
            .filter(row -> row.transform() == Transform.UNSTACK_GATE_UP)
            .findFirst()
            .orElseThrow();
    assertEquals(List.of(5), axis(stacked, Row.LAYER));
    assertEquals(Shape.of(512, 1024, 2048), stacked.shape());
    assertEquals(
        List.of(
            new Row.Target(
                "model.layers.{layer}.mlp.experts.{expert}.gate_proj.weight", Role.EXPERT_GATE),
            new Row.Target(
                "model.layers.{layer}.mlp.experts.{expert}.up_proj.weight", Role.EXPERT_UP)),
        stacked.targets());
    Row single =
        rows.stream()
            .filter(row -> row.is(Role.EXPERT_UP) && row.transform() == Transform.MATRIX)
            .findFirst()
            .orElseThrow();
    assertEquals(47, axis(single, Row.LAYER).size());
  }

  @Test
  void theLayerOfTheMtpHeadComesAfterTheLast() {
    List<Row> rows = rows(official, Mtp.HEAD, EMBEDDING, HEAD, "mtp.layers.0.mlp.gate.weight");
    Row query = last(rows, Role.ATTENTION_Q);
    assertEquals("mtp.layers.0.self_attn.q_proj.weight", query.source());
    assertEquals(List.of(48), axis(query, Row.LAYER));
    assertEquals(
        "mtp.layers.0.mlp.experts.{expert}.up_proj.weight", last(rows, Role.EXPERT_UP).source());
    assertEquals(
        "mtp.layers.0.mlp.up_proj.weight",
        last(rows(official, Mtp.HEAD, EMBEDDING, HEAD), Role.MLP_UP).source());
    assertTrue(
        rows(official, Mtp.NONE, EMBEDDING, HEAD).stream()
            .anyMatch(row -> row.source().equals("mtp.*")));
  }

  @Test
  void everyWeightHasAnIdOfItsOwn() {
    List<Row> rows = rows(official, Mtp.HEAD, EMBEDDING, HEAD);
    List<WeightId> ids =
        rows.stream()
            .flatMap(
                row ->
                    row.targets().stream()
                        .flatMap(
                            target ->
                                row.axes().getOrDefault(Row.LAYER, List.of(-1)).stream()
                                    .map(layer -> target.role().at(layer))))
            .toList();
    assertEquals(ids.size(), Set.copyOf(ids).size());
  }

  private static List<Row> rows(ModelConfig config, Mtp mtp, String... names) {
    return Qwen3NextWeights.rows(config, Set.copyOf(Arrays.asList(names)), mtp);
  }

  private static List<Role> tables(List<Row> rows) {
    return rows.stream()
        .filter(row -> row.holds(Role.Kind.TABLE))
        .map(row -> row.targets().get(0).role())
        .toList();
  }

  private static Row row(List<Row> rows, Role role) {
    return rows.stream().filter(row -> row.is(role)).findFirst().orElseThrow();
  }

  private static Row last(List<Row> rows, Role role) {
    return rows.stream().filter(row -> row.is(role)).reduce((a, b) -> b).orElseThrow();
  }

  private static List<Integer> axis(Row row, String axis) {
    return row.axes().getOrDefault(axis, List.of());
  }

  private static void assertRow(List<Row> rows, Role role, String name, long... shape) {
    assertEquals(name, row(rows, role).source());
    assertEquals(Shape.of(shape), row(rows, role).shape(), name);
  }
}
