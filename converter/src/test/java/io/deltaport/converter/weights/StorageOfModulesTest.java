package io.deltaport.converter.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.deltaport.converter.problem.ConverterException;
import io.deltaport.directory.graph.Format;
import io.deltaport.loader.config.QuantizationConfig;
import io.deltaport.loader.config.QuantizationConfig.AutoRound;
import io.deltaport.loader.config.QuantizationConfig.CompressedTensors;
import io.deltaport.loader.config.QuantizationConfig.Fp8;
import io.deltaport.loader.config.QuantizationConfig.Group;
import io.deltaport.loader.config.QuantizationConfig.ModelOpt;
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

/** How the tensors of a module and what its config says of it become a weight. */
class StorageOfModulesTest {
  private static final Shard SHARD =
      new Shard(Path.of("m.safetensors"), "m.safetensors", 1 << 20, 8);
  private static final String MLP = "model.language_model.layers.0.mlp.";

  private final Map<String, Tensor> tensors = new TreeMap<>();
  private Optional<QuantizationConfig> config = Optional.empty();
  private long end = 8;

  // Scales of FP8.

  @Test
  @DisplayName("one scale a matrix, however its shape is spelled")
  void scaleOfAMatrix() {
    for (long[] shape : new long[][] {{}, {1}, {1, 1}}) {
      fp8();
      add("w.weight", DType.F8_E4M3, 3, 5);
      add("w.weight_scale_inv", DType.F32, shape);
      Weight weight = weight(plan(matrix(3, 5)), "w");
      assertEquals(new Block(3, 5), weight.block());
      assertEquals(Shape.of(1, 1), weight.scales().orElseThrow().shape());
      tensors.clear();
    }
  }

  @Test
  void scalesOfRowsWithAndWithoutTheirSecondAxis() {
    for (long[] shape : new long[][] {{3}, {3, 1}}) {
      config = groups(group("float", 8, "channel", 0, "Linear"));
      add("w.weight", DType.F8_E4M3, 3, 5);
      add("w.weight_scale", DType.BF16, shape);
      Weight weight = weight(plan(matrix(3, 5)), "w");
      assertEquals(new Block(1, 5), weight.block());
      assertEquals(Shape.of(3, 1), weight.scales().orElseThrow().shape());
      tensors.clear();
    }
  }

  @Test
  void scalesOfBlocksWithAxesOfOne() {
    fp8(2, 2);
    add("w.weight", DType.F8_E4M3, 4, 6);
    add("w.weight_scale_inv", DType.F32, 2, 1, 3, 1);
    Weight weight = weight(plan(matrix(4, 6)), "w");
    assertEquals(Shape.of(2, 3), weight.scales().orElseThrow().shape());
  }

  @Test
  @DisplayName("a transposed grid of scales has as many and is an error")
  void transposedGrid() {
    fp8(2, 2);
    add("w.weight", DType.F8_E4M3, 4, 6);
    add("w.weight_scale_inv", DType.F32, 3, 2);
    refused(matrix(4, 6), "m.safetensors: w.weight_scale_inv: expected shape [2, 3], found [3, 2]");
  }

  @Test
  void oneScaleWhereTheConfigHasBlocks() {
    fp8(2, 2);
    add("w.weight", DType.F8_E4M3, 4, 6);
    add("w.weight_scale_inv", DType.F32);
    refused(matrix(4, 6), "m.safetensors: w.weight_scale_inv: expected shape [2, 3], found []");
  }

  @Test
  void scalesOfAStackOfExperts() {
    fp8();
    add("experts.gate_up_proj", DType.F8_E4M3, 2, 6, 5);
    add("experts.gate_up_proj_scale_inv", DType.F32, 2);
    WeightPlan plan = plan(stack(5));
    assertEquals(part(plan, "e.0.gate").offset(), part(plan, "e.0.up").offset());
    assertEquals(part(plan, "e.0.gate").offset() + 4, part(plan, "e.1.gate").offset());
  }

  // Scales that say nothing about weights.

  @Test
  @DisplayName("scales of activations and of a quantised cache are dropped by a row with a reason")
  void unusedScales() {
    fp8();
    add("self_attn.k_proj.weight", DType.F8_E4M3, 3, 5);
    add("self_attn.k_proj.weight_scale_inv", DType.F32);
    add("self_attn.k_proj.input_scale", DType.F32);
    add("self_attn.k_proj.activation_scale", DType.F32, 1);
    add("self_attn.k_proj.k_scale", DType.F32);
    add("self_attn.k_scale", DType.F32);
    add("self_attn.v_scale", DType.F32);
    WeightPlan plan =
        plan(Row.of("self_attn.k_proj.weight", "self_attn.k_proj.weight", Role.ATTENTION_K, 3, 5));
    assertEquals(
        List.of(
            "*input_scale 1 of quantised activations, which stay float32 here: not used",
            "*activation_scale 1 of quantised activations, which stay float32 here: not used",
            "*k_scale 2 of a quantised cache, which is not quantised here: not used",
            "*v_scale 1 of a quantised cache, which is not quantised here: not used"),
        plan.lines().stream()
            .filter(line -> line.row().transform() == Transform.DROP_BESIDE)
            .map(line -> line.row().source() + " " + line.tensors() + " " + line.row().target())
            .toList());
  }

  @Test
  void unusedScalesOfAStack() {
    fp8();
    add("experts.gate_up_proj", DType.F8_E4M3, 2, 6, 5);
    add("experts.gate_up_proj_scale_inv", DType.F32, 2);
    add("experts.gate_up_proj_activation_scale", DType.F32, 2);
    assertEquals(4, plan(stack(5)).weights().size());
  }

  @Test
  void aScaleOfAModuleThatIsNotThere() {
    add("w.weight", DType.BF16, 3, 5);
    add("layers.9.input_scale", DType.F32);
    refused(
        matrix(3, 5),
        "m.safetensors: layers.9.input_scale: expected a row of the weight table, found a tensor"
            + " that no row uses");
  }

  @Test
  void aScaleThatChangesTheInputs() {
    config = Optional.of(new ModelOpt("NVFP4", List.of()));
    add("w.weight", DType.BF16, 3, 5);
    add("w.pre_quant_scale", DType.BF16, 5);
    refused(
        matrix(3, 5),
        "m.safetensors: w.pre_quant_scale: expected a row of the weight table, found a tensor that"
            + " no row uses");
  }

  // Groups of compressed-tensors.

  @Test
  @DisplayName("the tensors decide a module's format, the group that targets it its groups")
  void severalGroups() {
    config =
        groups(
            group("float", 8, "channel", 0, "re:.*self_attn.*"),
            group("int", 4, "group", 8, "Linear"),
            group("int", 4, "group", 16, MLP + "down_proj"),
            group("int", 4, "group", 32, "re:.*mlp\\.up.*"));
    add("model.language_model.layers.0.self_attn.o_proj.weight", DType.F8_E4M3, 3, 5);
    add("model.language_model.layers.0.self_attn.o_proj.weight_scale", DType.BF16, 3, 1);
    packed(MLP + "gate_proj", 64, 8);
    packed(MLP + "down_proj", 64, 16);
    packed(MLP + "up_proj", 64, 32);
    WeightPlan plan =
        plan(
            Row.of(
                "model.language_model.layers.0.self_attn.o_proj.weight",
                "o",
                Role.ATTENTION_O,
                3,
                5),
            Row.of(MLP + "gate_proj.weight", "gate", Role.MLP_GATE, 3, 64),
            Row.of(MLP + "up_proj.weight", "up", Role.MLP_UP, 3, 64),
            Row.of(MLP + "down_proj.weight", "down", Role.MLP_DOWN, 3, 64));
    assertEquals(Format.FP8, weight(plan, "o").format());
    assertEquals(8, group(plan, "gate"));
    assertEquals(16, group(plan, "down"));
    assertEquals(32, group(plan, "up"));
  }

  @Test
  @DisplayName("a module named without the file's prefix is targeted too")
  void targetsByTheNameInTheGraph() {
    config =
        groups(
            group("int", 4, "group", 8, "Linear"),
            group("int", 4, "group", 16, "model.layers.0.mlp.down_proj"));
    packed(MLP + "down_proj", 64, 16);
    WeightPlan plan =
        plan(
            Row.of(
                MLP + "down_proj.weight",
                "model.layers.0.mlp.down_proj.weight",
                Role.MLP_DOWN,
                3,
                64));
    assertEquals(16, group(plan, "model.layers.0.mlp.down_proj.weight"));
  }

  @Test
  void packedIntegersThatNoGroupTargets() {
    config =
        groups(
            group("int", 4, "group", 8, "re:.*self_attn.*"),
            group("int", 4, "group", 16, "re:.*linear_attn.*"));
    packed(MLP + "down_proj", 64, 16);
    refused(
        Row.of(MLP + "down_proj.weight", "down", Role.MLP_DOWN, 3, 64),
        MLP
            + "down_proj.weight: expected a group of config_groups with int weights that targets it,"
            + " found none");
  }

  @Test
  @DisplayName("an expression that would be matched for ever is refused")
  void anExpressionWithoutEnd() {
    config =
        groups(
            group("int", 4, "group", 8, "re:(?:(.)|.)*\\1x"),
            group("int", 4, "group", 16, "Linear"));
    packed(MLP + "down_proj", 64, 16);
    ConverterException e =
        assertThrows(
            ConverterException.class,
            () -> plan(Row.of(MLP + "down_proj.weight", "down", Role.MLP_DOWN, 3, 64)));
    assertTrue(String.valueOf(e.getMessage()).contains("steps"), e.getMessage());
  }

  @Test
  void packedIntegersWithoutAMethod() {
    packed("w", 64, 16);
    refused(matrix(3, 64), "w.weight: expected a quant_method that packs integers, found none");
  }

  @Test
  void stackedPackedIntegers() {
    config = groups(group("int", 4, "group", 8, "re:.*experts.*"));
    add("experts.gate_up_proj_packed", DType.I32, 2, 6, 2);
    add("experts.gate_up_proj_scale", DType.BF16, 2, 6, 2);
    WeightPlan plan = plan(stack(16));
    assertEquals(8 + 3 * 2 * 4, stored(plan, "e.0.up").codes().offset());
    assertEquals(8 + 9 * 2 * 4, stored(plan, "e.1.up").codes().offset());
    assertEquals(8 + 96 + 9 * 2 * 2, stored(plan, "e.1.up").scales().offset());
  }

  // AutoRound.

  @Test
  void autoRoundWithGroupsOfTheirOwn() {
    config =
        Optional.of(
            new AutoRound(
                "auto_round:auto_gptq",
                scheme(4, 16),
                Map.of(
                    "layers.0.up_proj", scheme(8, 32),
                    ".*layers\\.1\\..*", scheme(4, 64),
                    "layers.0.gate_proj", scheme(16, 16))));
    gptq("layers.0.down_proj", 4, 16);
    gptq("layers.0.up_proj", 8, 32);
    gptq("layers.1.up_proj", 4, 64);
    add("layers.0.gate_proj.weight", DType.F16, 8, 64);
    WeightPlan plan =
        plan(
            Row.of("layers.0.down_proj.weight", "a", Role.MLP_DOWN, 8, 64),
            Row.of("layers.0.up_proj.weight", "b", Role.MLP_UP, 8, 64),
            Row.of("layers.0.gate_proj.weight", "c", Role.MLP_GATE, 8, 64),
            Row.of("layers.1.up_proj.weight", "d", Role.EXPERT_UP, 8, 64));
    assertEquals(IntPacking.gptq(4, 1), stored(plan, "a").packing());
    assertEquals(IntPacking.gptq(8, 1), stored(plan, "b").packing());
    assertEquals(Format.F16, weight(plan, "c").format());
    assertEquals(
        List.of(16L, 32L, 64L), List.of(group(plan, "a"), group(plan, "b"), group(plan, "d")));
  }

  @Test
  void autoRoundPackedAsAwq() {
    config = Optional.of(new AutoRound("auto_round:auto_awq", scheme(4, 16), Map.of()));
    add("w.qweight", DType.I32, 64, 1);
    add("w.scales", DType.F16, 4, 8);
    add("w.qzeros", DType.I32, 4, 1);
    WeightPlan plan = plan(matrix(8, 64));
    assertEquals(IntPacking.awq(), stored(plan, "w").packing());
  }

  // FP4.

  @Test
  @DisplayName("NVFP4 of compressed-tensors: packed weight, e4m3 scales, a factor that divides")
  void nvfp4() {
    config = groups(group("float", 4, "tensor_group", 16, "Linear"));
    add("w.weight_packed", DType.U8, 3, 16);
    add("w.weight_scale", DType.F8_E4M3, 3, 2);
    add("w.weight_global_scale", DType.F32, 1);
    add("w.input_global_scale", DType.F32, 1);
    Weight weight = weight(plan(matrix(3, 32)), "w");
    assertEquals(Format.FP4, weight.format());
    assertEquals(Shape.of(3, 32), weight.shape());
    assertEquals(new Block(1, 16), weight.block());
    assertEquals(0.25f, weight.factor().orElseThrow().multiplier(4));
  }

  @Test
  @DisplayName("NVFP4 of ModelOpt: packed under the weight's name, a factor that multiplies")
  void modelOpt() {
    config = Optional.of(new ModelOpt("NVFP4", List.of()));
    add("w.weight", DType.U8, 3, 16);
    add("w.weight_scale", DType.F8_E4M3, 3, 2);
    add("w.weight_scale_2", DType.F32);
    add("w.input_scale", DType.F32);
    Weight weight = weight(plan(matrix(3, 32)), "w");
    assertEquals(Format.FP4, weight.format());
    assertEquals(4, weight.factor().orElseThrow().multiplier(4));
  }

  @Test
  void modelOptFp8ByTheShapeOfItsScales() {
    config = Optional.of(new ModelOpt("MIXED_PRECISION", List.of()));
    add("a.weight", DType.F8_E4M3, 200, 130);
    add("a.weight_scale", DType.F32);
    add("b.weight", DType.F8_E4M3, 200, 130);
    add("b.weight_scale", DType.F32, 200, 1);
    add("c.weight", DType.F8_E4M3, 200, 130);
    add("c.weight_scale_inv", DType.F32, 2, 1, 2, 1);
    WeightPlan plan =
        plan(
            Row.of("a.weight", "a", Role.ATTENTION_Q, 200, 130),
            Row.of("b.weight", "b", Role.ATTENTION_K, 200, 130),
            Row.of("c.weight", "c", Role.ATTENTION_V, 200, 130));
    assertEquals(new Block(200, 130), weight(plan, "a").block());
    assertEquals(new Block(1, 130), weight(plan, "b").block());
    assertEquals(new Block(128, 128), weight(plan, "c").block());
  }

  @Test
  @DisplayName("MXFP4: a power of two for each block of 32, no factor")
  void mxfp4() {
    config = groups(group("float", 4, "group", 32, "Linear"));
    add("w.weight_packed", DType.U8, 3, 32);
    add("w.weight_scale", DType.U8, 3, 2);
    Weight weight = weight(plan(matrix(3, 64)), "w");
    assertEquals(Format.FP4, weight.format());
    assertEquals(new Block(1, 32), weight.block());
    assertTrue(weight.factor().isEmpty());
  }

  @Test
  @DisplayName("stacked experts of FP4, each with its own factor")
  void stackedNvfp4() {
    config = groups(group("float", 4, "tensor_group", 16, "re:.*experts.*"));
    add("experts.gate_up_proj_packed", DType.U8, 2, 6, 16);
    add("experts.gate_up_proj_scale", DType.F8_E4M3, 2, 6, 2);
    add("experts.gate_up_proj_global_scale", DType.F32, 2);
    WeightPlan plan = plan(stack(32));
    assertEquals(8 + 9 * 16, weight(plan, "e.1.up").data().offset());
    assertEquals(8 + 192 + 9 * 2, part(plan, "e.1.up").offset());
    assertEquals(factor(plan, "e.0.gate"), factor(plan, "e.0.up"));
    assertEquals(factor(plan, "e.0.gate").offset() + 4, factor(plan, "e.1.gate").offset());
  }

  @Test
  void fp4WithoutItsScales() {
    add("w.weight_packed", DType.U8, 3, 16);
    refused(matrix(3, 32), "w.weight_scale: expected a tensor [3, 2], found none");
  }

  @Test
  void nvfp4WithoutItsFactor() {
    add("w.weight_packed", DType.U8, 3, 16);
    add("w.weight_scale", DType.F8_E4M3, 3, 2);
    refused(matrix(3, 32), "w.weight_global_scale: expected a tensor [], found none");
  }

  @Test
  void fp4WithScalesOfAnotherType() {
    add("w.weight_packed", DType.U8, 3, 16);
    add("w.weight_scale", DType.F16, 3, 1);
    refused(
        matrix(3, 32),
        "m.safetensors: w.weight_scale: expected F8_E4M3, or exponents as U8 or F8_E8M0, found"
            + " F16");
  }

  @Test
  void fp4WithTransposedScales() {
    add("w.weight_packed", DType.U8, 3, 16);
    add("w.weight_scale", DType.F8_E4M3, 2, 3);
    add("w.weight_global_scale", DType.F32);
    refused(matrix(3, 32), "m.safetensors: w.weight_scale: expected shape [3, 2], found [2, 3]");
  }

  @Test
  void fp4OfAnotherShape() {
    add("w.weight_packed", DType.U8, 3, 32);
    add("w.weight_scale", DType.F8_E4M3, 3, 2);
    add("w.weight_global_scale", DType.F32);
    refused(matrix(3, 32), "m.safetensors: w.weight_packed: expected shape [3, 16], found [3, 32]");
  }

  @Test
  void fp4WithTooManyFactors() {
    add("w.weight_packed", DType.U8, 3, 16);
    add("w.weight_scale", DType.F8_E4M3, 3, 2);
    add("w.weight_global_scale", DType.F32, 3);
    refused(matrix(3, 32), "m.safetensors: w.weight_global_scale: expected shape [], found [3]");
  }

  private static Row matrix(long out, long in) {
    return Row.of("w.weight", "w", Role.MLP_DOWN, out, in);
  }

  /** Two experts of three rows each for gate and up. */
  private static Row stack(long in) {
    return Row.unstack(
        "experts.gate_up_proj",
        List.of(
            new Row.Target("e.{expert}.gate", Role.EXPERT_GATE),
            new Row.Target("e.{expert}.up", Role.EXPERT_UP)),
        2,
        6,
        in);
  }

  private void fp8(Long... block) {
    config = Optional.of(new Fp8(List.of(block), List.of()));
  }

  private void fp8(int rows, int columns) {
    fp8((long) rows, (long) columns);
  }

  private static AutoRound.Scheme scheme(long bits, long group) {
    return new AutoRound.Scheme(bits, OptionalLong.of(group));
  }

  private static Group group(String type, long bits, String strategy, long size, String target) {
    return new Group(
        Optional.empty(),
        List.of(target),
        bits,
        type,
        strategy,
        size == 0 ? OptionalLong.empty() : OptionalLong.of(size),
        List.of(),
        true,
        Group.Ordering.STATIC);
  }

  private static Optional<QuantizationConfig> groups(Group... groups) {
    return Optional.of(new CompressedTensors("mixed-precision", List.of(groups), List.of()));
  }

  /** A module {@code [3, in]} of packed four-bit codes. */
  private void packed(String module, long in, long group) {
    add(module + ".weight_packed", DType.I32, 3, in / 8);
    add(module + ".weight_scale", DType.BF16, 3, in / group);
    add(module + ".weight_shape", DType.I64, 2);
  }

  /** A module {@code [8, 64]} packed as GPTQ does, without a group index. */
  private void gptq(String module, long bits, long group) {
    add(module + ".qweight", DType.I32, 64 * bits / 32, 8);
    add(module + ".scales", DType.F16, 64 / group, 8);
    add(module + ".qzeros", DType.I32, 64 / group, 8 * bits / 32);
  }

  private void add(String name, DType dtype, long... dims) {
    Shape shape = Shape.of(dims);
    long bytes = dtype.bytes(shape.elements());
    tensors.put(name, new Tensor(name, dtype, shape, SHARD, end, bytes));
    end += bytes;
  }

  private WeightPlan plan(Row... table) {
    return WeightPlan.of(List.of(table), tensors, Map.of(), config);
  }

  private void refused(Row row, String message) {
    ConverterException e = assertThrows(ConverterException.class, () -> plan(row));
    assertEquals(message, e.getMessage());
  }

  private static Part part(WeightPlan plan, String name) {
    return weight(plan, name).scales().orElseThrow();
  }

  private static Part factor(WeightPlan plan, String name) {
    return weight(plan, name).factor().orElseThrow().part();
  }

  private static long group(WeightPlan plan, String name) {
    return stored(plan, name).group();
  }

  private static StoredWeight.Packed stored(WeightPlan plan, String name) {
    return (StoredWeight.Packed) Objects.requireNonNull(plan.weights().get(name), name);
  }

  private static Weight weight(WeightPlan plan, String name) {
    return Objects.requireNonNull(plan.weights().get(name), name).stored().orElseThrow();
  }
}
