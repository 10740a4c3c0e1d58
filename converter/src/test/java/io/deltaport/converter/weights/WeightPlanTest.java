package io.deltaport.converter.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.Problem;
import io.deltaport.loader.config.QuantizationConfig;
import io.deltaport.loader.tensor.DType;
import io.deltaport.loader.tensor.Shape;
import io.deltaport.loader.tensor.Shard;
import io.deltaport.loader.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WeightPlanTest {
  private static final Shard SHARD =
      new Shard(Path.of("m.safetensors"), "m.safetensors", 1 << 20, 8);

  private final Map<String, Tensor> tensors = new TreeMap<>();
  private final Map<String, String> absent = new TreeMap<>();
  private Optional<QuantizationConfig> quantization = Optional.empty();

  @Test
  @DisplayName("pitfall 20: unknown and missing names are errors, all of them at once")
  void everyOffenderIsListed() {
    add("extra", DType.F32, 2);
    add("wrong.shape", DType.F32, 2, 3);
    add("wrong.type", DType.I64, 4);
    List<Row> table =
        List.of(
            Row.of("missing", "a", Role.DELTA_A_LOG, 4),
            Row.of("wrong.shape", "b", Role.DELTA_OUT, 3, 2),
            Row.of("wrong.type", "c", Role.DELTA_DT_BIAS, 4));
    List<Problem> problems = assertThrows(ConverterException.class, () -> plan(table)).problems();
    assertEquals(
        List.of(
            "missing: expected a tensor [4], found none",
            "m.safetensors: wrong.shape: expected shape [3, 2], found [2, 3]",
            "m.safetensors: wrong.type: expected F32, BF16 or F16, found I64",
            "m.safetensors: extra: expected a row of the weight table, found a tensor that no row uses"),
        problems.stream().map(Problem::toString).toList());
  }

  @Test
  @DisplayName("pitfall 20: stacked gate_up_proj is gate rows, then up rows, of each expert")
  void stackedExpertsAreSlices() {
    add("gate_up", DType.BF16, 2, 6, 5);
    WeightPlan plan =
        plan(
            List.of(
                Row.unstack(
                    "gate_up",
                    List.of(
                        new Row.Target("experts.{expert}.gate_proj.weight", Role.EXPERT_GATE),
                        new Row.Target("experts.{expert}.up_proj.weight", Role.EXPERT_UP)),
                    2,
                    6,
                    5)));
    assertEquals(8, offset(plan, "experts.0.gate_proj.weight"));
    assertEquals(8 + 30, offset(plan, "experts.0.up_proj.weight"));
    assertEquals(8 + 60, offset(plan, "experts.1.gate_proj.weight"));
    assertEquals(8 + 90, offset(plan, "experts.1.up_proj.weight"));
    assertEquals(Shape.of(3, 5), weight(plan, "experts.1.up_proj.weight").shape());
  }

  @Test
  @DisplayName("pitfall 21: FP8 without its scales is an error, never a cast")
  void fp8NeedsScales() {
    fp8(2, 2);
    add("w.weight", DType.F8_E4M3, 3, 5);
    ConverterException e =
        assertThrows(
            ConverterException.class,
            () -> plan(List.of(Row.of("w.weight", "w", Role.DELTA_OUT, 3, 5))));
    assertEquals("w.weight_scale_inv: expected a tensor [2, 3], found none", e.getMessage());
  }

  @Test
  @DisplayName("pitfall 21: FP8 dims that are no multiple of the block")
  void fp8BlocksAreCutAtTheEdge() {
    fp8(2, 2);
    add("w.weight", DType.F8_E4M3, 3, 5);
    add("w.weight_scale_inv", DType.BF16, 2, 3);
    WeightPlan plan = plan(List.of(Row.of("w.weight", "w", Role.DELTA_OUT, 3, 5)));
    Weight weight = weight(plan, "w");
    assertEquals(Format.FP8, weight.format());
    assertEquals(new Block(2, 2), weight.block());
    assertEquals(Shape.of(2, 3), weight.scales().orElseThrow().shape());
  }

  @Test
  void permutedGroupsNeedTheirIndex() {
    quantization =
        Optional.of(
            new QuantizationConfig.Gptq(4, OptionalLong.of(8), true, true, "gptq", List.of()));
    add("w.qweight", DType.I32, 2, 8);
    add("w.scales", DType.F16, 2, 8);
    add("w.qzeros", DType.I32, 2, 1);
    ConverterException e =
        assertThrows(
            ConverterException.class,
            () -> plan(List.of(Row.of("w.weight", "w", Role.DELTA_OUT, 8, 16))));
    assertEquals("w.g_idx: expected a tensor [16], found none", e.getMessage());
  }

  @Test
  @DisplayName("pitfall 22: a module that is not quantised stays plain beside those that are")
  void plainModulesStayPlain() {
    fp8(2, 2);
    add("w.weight", DType.BF16, 3, 5);
    WeightPlan plan = plan(List.of(Row.of("w.weight", "w", Role.DELTA_OUT, 3, 5)));
    assertEquals(Format.BF16, weight(plan, "w").format());
  }

  @Test
  void aDroppingRowCountsWhatItDrops() {
    add("mtp.a", DType.F32, 2);
    add("mtp.b", DType.F32, 3);
    WeightPlan.Line line = plan(List.of(Row.drop("mtp.", "not wanted"))).lines().get(0);
    assertEquals(2, line.tensors());
    assertEquals(20, line.bytes());
  }

  @Test
  void aNameThatOnlyBeginsLikeADroppedOneIsNotDropped() {
    add("mtp_layers", DType.F32, 2);
    ConverterException e =
        assertThrows(ConverterException.class, () -> plan(List.of(Row.drop("mtp.", "no"))));
    assertTrue(String.valueOf(e.getMessage()).startsWith("m.safetensors: mtp_layers"));
  }

  @Test
  @DisplayName("what an index lists and no shard has matters where it is used")
  void absentTensors() {
    add("a", DType.F32, 2);
    absent.put("mtp.fc.weight", "2");
    absent.put("mtp.norm.weight", "2");
    Row used = Row.of("a", "a", Role.DELTA_A_LOG, 2);
    assertEquals(
        List.of(
            "2 tensors that the index lists are in no shard, such as mtp.fc.weight; none of them is"
                + " used"),
        plan(List.of(used, Row.drop("mtp.", "not wanted"))).notes());
    ConverterException e =
        assertThrows(
            ConverterException.class,
            () ->
                plan(
                    List.of(
                        used,
                        Row.of("mtp.norm.weight", "mtp.norm.weight", Role.MTP_FINAL_NORM, 2))));
    assertEquals(
        "mtp.norm.weight: expected a tensor [2], found none; 2: mtp.fc.weight: expected a tensor"
            + " that the index lists, found none",
        e.getMessage());
  }

  private void fp8(long rows, long columns) {
    quantization = Optional.of(new QuantizationConfig.Fp8(List.of(rows, columns), List.of()));
  }

  private void add(String name, DType dtype, long... dims) {
    Shape shape = Shape.of(dims);
    tensors.put(name, new Tensor(name, dtype, shape, SHARD, 8, dtype.bytes(shape.elements())));
  }

  private WeightPlan plan(List<Row> table) {
    return WeightPlan.of(table, tensors, absent, quantization);
  }

  private static long offset(WeightPlan plan, String name) {
    return weight(plan, name).data().offset();
  }

  private static Weight weight(WeightPlan plan, String name) {
    return Objects.requireNonNull(plan.weights().get(name), name).stored().orElseThrow();
  }
}
