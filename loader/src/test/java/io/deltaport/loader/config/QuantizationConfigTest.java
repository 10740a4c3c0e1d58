package io.deltaport.loader.config;

import static io.deltaport.loader.Refusals.assertRefused;
import static io.deltaport.loader.config.ConfigJson.json;
import static io.deltaport.loader.config.QuantizationConfig.Group.Ordering.GROUP;
import static io.deltaport.loader.config.QuantizationConfig.Group.Ordering.STATIC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class QuantizationConfigTest {
  private static QuantizationConfig read(String json) {
    ConfigFields fields = new ConfigFields(json("{'quantization_config':{" + json + "}}"));
    return fields.check(() -> QuantizationReader.read(fields).orElseThrow());
  }

  private static List<String> ignored(String json) {
    ConfigFields fields = new ConfigFields(json("{'quantization_config':{" + json + "}}"));
    fields.check(() -> QuantizationReader.read(fields));
    return fields.unknown();
  }

  private static void refuse(String json, String... parts) {
    ConfigFields fields = new ConfigFields(json("{'quantization_config':{" + json + "}}"));
    String message =
        assertRefused(() -> fields.check(() -> QuantizationReader.read(fields)), parts);
    assertTrue(message.startsWith("quantization_config: "), message);
  }

  @Test
  @DisplayName("pitfall 21: FP8 blocks of any size, and the modules that stay plain")
  void fp8() {
    QuantizationConfig.Fp8 fp8 =
        assertInstanceOf(
            QuantizationConfig.Fp8.class,
            read(
                "'quant_method':'fp8','fmt':'e4m3','activation_scheme':'dynamic',"
                    + "'weight_block_size':[64,32],'modules_to_not_convert':['lm_head',"
                    + "'model.layers.0.mlp.gate','model.layers.1.linear_attn.in_proj_ba']"));
    assertEquals(List.of(64L, 32L), fp8.blockSize());
    assertEquals(
        List.of("lm_head", "model.layers.0.mlp.gate", "model.layers.1.linear_attn.in_proj_ba"),
        fp8.modulesToNotConvert());
  }

  @Test
  void fp8BlocksAre128WhereTheFileIsSilent() {
    QuantizationConfig.Fp8 fp8 = (QuantizationConfig.Fp8) read("'quant_method':'fp8'");
    assertEquals(List.of(128L, 128L), fp8.blockSize());
  }

  @Test
  @DisplayName("FP8 with one scale a matrix; static scales of activations change nothing")
  void fp8WithoutBlocks() {
    QuantizationConfig.Fp8 fp8 =
        (QuantizationConfig.Fp8)
            read("'quant_method':'fp8','weight_block_size':null,'activation_scheme':'static'");
    assertEquals(List.of(), fp8.blockSize());
    assertEquals(
        List.of("quantization_config: activation_scheme (activations stay float32)"),
        ignored("'quant_method':'fp8','weight_block_size':null,'activation_scheme':'static'"));
  }

  @Test
  void fp8OfAnotherKind() {
    refuse("'quant_method':'fp8','weight_block_size':[128]", "weight_block_size", "two numbers");
    refuse("'quant_method':'fp8','weight_block_size':[0,128]", "weight_block_size", "1 to");
    refuse("'quant_method':'fp8','fmt':'e5m2'", "fmt", "\"e4m3\"", "\"e5m2\"");
    refuse("'quant_method':'fp8','scale_fmt':'ue8m0'", "scale_fmt", "\"float\"", "\"ue8m0\"");
    refuse("'quant_method':'fp8','expert_dtype':'fp4'", "expert_dtype", "\"fp8\"", "\"fp4\"");
  }

  @Test
  void compressedTensors() {
    QuantizationConfig.CompressedTensors packed =
        (QuantizationConfig.CompressedTensors)
            read(
                "'quant_method':'compressed-tensors','format':'pack-quantized',"
                    + "'ignore':['lm_head','re:.*mlp.gate$','re:.*shared_expert_gate$'],"
                    + "'config_groups':{'group_0':{'targets':['Linear'],'weights':{'num_bits':4,"
                    + "'type':'int','strategy':'group','group_size':32,'symmetric':true}}}");
    assertEquals("pack-quantized", packed.format());
    assertEquals(
        List.of(
            new QuantizationConfig.Group(
                Optional.empty(),
                List.of("Linear"),
                4,
                "int",
                "group",
                OptionalLong.of(32),
                List.of(),
                true,
                STATIC)),
        packed.groups());
    assertEquals(3, packed.modulesToNotConvert().size());
  }

  @Test
  void compressedTensorsOrderTheirColumns() {
    assertEquals(STATIC, ordering("null"));
    assertEquals(STATIC, ordering("false"));
    assertEquals(STATIC, ordering("'weight'"));
    assertEquals(STATIC, ordering("'static'"));
    assertEquals(GROUP, ordering("'group'"));
    assertEquals(GROUP, ordering("'dynamic'"));
    assertEquals(GROUP, ordering("true"));
    refuse(
        "'quant_method':'compressed-tensors','config_groups':{'g':{'weights':{'actorder':'x'}}}",
        "config_groups: g: actorder",
        "group, weight",
        "x");
  }

  private static QuantizationConfig.Group.Ordering ordering(String actorder) {
    QuantizationConfig.CompressedTensors packed =
        (QuantizationConfig.CompressedTensors)
            read(
                "'quant_method':'compressed-tensors','format':'pack-quantized',"
                    + "'config_groups':{'g':{'weights':{'num_bits':4,'actorder':"
                    + actorder
                    + "}}}");
    return packed.groups().get(0).ordering();
  }

  @Test
  void compressedTensorsOfAnotherKind() {
    refuse(
        "'quant_method':'compressed-tensors','config_groups':{'g':{'targets':['Linear']}}",
        "config_groups: g",
        "an object with weights");
    refuse(
        "'quant_method':'compressed-tensors','config_groups':{'FP8':['Linear']}",
        "config_groups: FP8",
        "an object with weights");
    refuse(
        "'quant_method':'compressed-tensors','config_groups':{'g':{'weights':{'num_bits':99}}}",
        "config_groups: g: num_bits",
        "2 to 8",
        "99");
    refuse(
        "'quant_method':'compressed-tensors','transform_config':{'a':1}",
        "transform_config",
        "not supported");
  }

  @Test
  @DisplayName("sparsity and transforms that mean nothing are not refused, others are by name")
  void compressedTensorsWithEmptyParts() {
    String empty =
        "'quant_method':'compressed-tensors','sparsity_config':{'format':'dense',"
            + "'global_sparsity':0.0,'sparsity_structure':'unstructured'},"
            + "'transform_config':{'config_groups':{}},'config_groups':{}";
    assertEquals(List.of(), ((QuantizationConfig.CompressedTensors) read(empty)).groups());
    refuse(
        "'quant_method':'compressed-tensors','sparsity_config':{'format':'sparse-24-bitmask'}",
        "sparsity_config: format",
        "\"dense\"",
        "sparse-24-bitmask");
    refuse(
        "'quant_method':'compressed-tensors','transform_config':{'config_groups':{'u':{}}}",
        "transform_config: config_groups",
        "not supported");
  }

  @Test
  @DisplayName("a quantised cache and activations are listed as ignored, with the reason")
  void compressedTensorsOfActivations() {
    String json =
        "'quant_method':'compressed-tensors','format':'mixed-precision','kv_cache_scheme':"
            + "{'num_bits':8},'config_groups':{'a':{'format':'float-quantized','targets':"
            + "['re:.*attn.*'],'weights':{'num_bits':8,'type':'float','strategy':'channel'},"
            + "'input_activations':{'dynamic':true}},'b':{'targets':['Attention'],'weights':null}}";
    QuantizationConfig.CompressedTensors mixed = (QuantizationConfig.CompressedTensors) read(json);
    assertEquals(1, mixed.groups().size());
    assertEquals(Optional.of("float-quantized"), mixed.groups().get(0).format());
    assertEquals(
        List.of(
            "quantization_config: kv_cache_scheme (the cache is not quantised here)",
            "quantization_config: config_groups: a: input_activations (activations stay float32)",
            "quantization_config: config_groups: b (activations stay float32)"),
        ignored(json));
  }

  @Test
  void groupsAsWideAsARow() {
    QuantizationConfig.CompressedTensors packed =
        (QuantizationConfig.CompressedTensors)
            read(
                "'quant_method':'compressed-tensors','format':'pack-quantized','config_groups':"
                    + "{'g':{'targets':['Linear'],'weights':{'num_bits':4,'group_size':-1}}}");
    assertEquals("channel", packed.groups().get(0).strategy());
    assertEquals(OptionalLong.empty(), packed.groups().get(0).groupSize());
  }

  @Test
  void modelOpt() {
    QuantizationConfig.ModelOpt modelOpt =
        (QuantizationConfig.ModelOpt)
            read(
                "'quant_method':'modelopt','quant_algo':'MIXED_PRECISION','ignore':['lm_head'],"
                    + "'quantized_layers':{'a':{'quant_algo':'W4A16_NVFP4','group_size':16},"
                    + "'b':{'quant_algo':'FP8'}},'producer':{'name':'modelopt'}");
    assertEquals("MIXED_PRECISION", modelOpt.algorithm());
    assertEquals(List.of("lm_head"), modelOpt.modulesToNotConvert());
  }

  @Test
  void modelOptNested() {
    String nested =
        "'producer':{'name':'modelopt'},'quantization':{'quant_algo':'NVFP4','group_size':16,"
            + "'kv_cache_quant_algo':'FP8','exclude_modules':['lm_head'],'odd':1}";
    for (String method : List.of("", "'quant_method':'modelopt',")) {
      QuantizationConfig.ModelOpt modelOpt = (QuantizationConfig.ModelOpt) read(method + nested);
      assertEquals("NVFP4", modelOpt.algorithm());
      assertEquals(List.of("lm_head"), modelOpt.modulesToNotConvert());
      assertTrue(
          ignored(method + nested).contains("quantization_config: quantization: odd"),
          () -> ignored(method + nested).toString());
    }
    refuse("'quantization':{'quant_algo':'NVFP4_AWQ'}", "quantization: quant_algo", "NVFP4_AWQ");
    refuse(
        "'quantization':{'quant_algo':'NVFP4','pre_quant_scale':true}",
        "quantization: pre_quant_scale",
        "true");
    refuse("'quantization':[]", "quantization", "an object");
  }

  @Test
  void modelOptOfAnotherKind() {
    refuse(
        "'quant_method':'modelopt','quant_algo':'W4A16_AWQ'", "quant_algo", "NVFP4", "W4A16_AWQ");
    refuse(
        "'quant_method':'modelopt','quant_algo':'MIXED_PRECISION','quantized_layers':"
            + "{'a':{'quant_algo':'MXFP8'}}",
        "quantized_layers: a: quant_algo",
        "MXFP8");
    refuse(
        "'quant_method':'modelopt','config_groups':{'g':{'pre_quant_scale':true}}",
        "config_groups: g: pre_quant_scale",
        "true");
  }

  @Test
  void autoRound() {
    QuantizationConfig.AutoRound autoRound =
        (QuantizationConfig.AutoRound)
            read(
                "'quant_method':'auto-round','packing_format':'auto_round:auto_gptq','bits':4,"
                    + "'data_type':'int','group_size':128,'sym':true,'extra_config':{"
                    + "'a.b':{'bits':16,'data_type':'fp'},'.*c.*':{'bits':8},"
                    + "'d':{'group_size':-1}}");
    assertEquals("auto_round:auto_gptq", autoRound.packingFormat());
    assertEquals(scheme(4, OptionalLong.of(128)), autoRound.scheme());
    assertEquals(scheme(16, OptionalLong.of(128)), autoRound.modules().get("a.b"));
    assertEquals(scheme(8, OptionalLong.of(128)), autoRound.modules().get(".*c.*"));
    assertEquals(scheme(4, OptionalLong.empty()), autoRound.modules().get("d"));
    assertEquals(List.of("a.b"), autoRound.modulesToNotConvert());
  }

  private static QuantizationConfig.AutoRound.Scheme scheme(long bits, OptionalLong group) {
    return new QuantizationConfig.AutoRound.Scheme(bits, group);
  }

  @Test
  void autoRoundOfAnotherKind() {
    refuse("'quant_method':'auto-round','data_type':'mx_fp'", "data_type", "\"int\"", "mx_fp");
    refuse("'quant_method':'auto-round','rotation_config':{'a':1}", "rotation_config");
    refuse(
        "'quant_method':'auto-round','extra_config':{'a':{'bits':1}}",
        "extra_config: a: bits",
        "1");
  }

  @Test
  void awq() {
    QuantizationConfig.Awq awq =
        (QuantizationConfig.Awq)
            read(
                "'quant_method':'awq','bits':4,'group_size':64,'version':'GEMM','zero_point':true,"
                    + "'modules_to_not_convert':['mlp.gate']");
    assertEquals(4, awq.bits());
    assertEquals(OptionalLong.of(64), awq.groupSize());
    assertEquals("gemm", awq.version());
    assertTrue(awq.zeroPoint());
    assertEquals(List.of("mlp.gate"), awq.modulesToNotConvert());
  }

  @Test
  void gptq() {
    QuantizationConfig.Gptq gptq =
        (QuantizationConfig.Gptq)
            read(
                "'quant_method':'gptq','bits':8,'group_size':-1,'desc_act':true,'sym':false,"
                    + "'checkpoint_format':'gptq_v2','dynamic':{'-:.*mlp[.]gate':{}}");
    assertEquals(8, gptq.bits());
    assertEquals(OptionalLong.empty(), gptq.groupSize());
    assertTrue(gptq.descAct());
    assertFalse(gptq.sym());
    assertEquals("gptq_v2", gptq.checkpointFormat());
    assertEquals(List.of(".*mlp[.]gate"), gptq.modulesToNotConvert());
  }

  @Test
  void gptqWithOtherBitsForSomeModules() {
    refuse("'quant_method':'gptq','dynamic':{'+:.*':{'bits':8}}", "dynamic", "begin with -:");
  }

  @Test
  void anotherMethod() {
    refuse("'quant_method':'bitsandbytes'", "quant_method", "fp8", "\"bitsandbytes\"");
    refuse("'bits':4", "quant_method", "fp8", "\"\"");
  }

  @Test
  void impossibleBits() {
    refuse("'quant_method':'awq','bits':0", "bits", "2 to 8", "0");
    refuse("'quant_method':'gptq','group_size':0", "group_size", "1 to", "0");
  }
}
