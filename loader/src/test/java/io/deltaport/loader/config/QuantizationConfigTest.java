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
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class QuantizationConfigTest {
  private static QuantizationConfig read(String json) {
    ConfigFields fields = new ConfigFields(json("{'quantization_config':{" + json + "}}"));
    return fields.check(() -> QuantizationReader.read(fields).orElseThrow());
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
    assertEquals(64, fp8.blockRows());
    assertEquals(32, fp8.blockColumns());
    assertEquals(
        List.of("lm_head", "model.layers.0.mlp.gate", "model.layers.1.linear_attn.in_proj_ba"),
        fp8.modulesToNotConvert());
  }

  @Test
  void fp8BlocksAre128WhereTheFileIsSilent() {
    QuantizationConfig.Fp8 fp8 = (QuantizationConfig.Fp8) read("'quant_method':'fp8'");
    assertEquals(128, fp8.blockRows());
    assertEquals(128, fp8.blockColumns());
  }

  @Test
  void fp8OfAnotherKind() {
    refuse("'quant_method':'fp8','weight_block_size':null", "weight_block_size", "two numbers");
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
    refuse("'quant_method':'compressed-tensors'", "config_groups", "1 to 64", "0");
    refuse(
        "'quant_method':'compressed-tensors','config_groups':{'g':{'weights':null}}",
        "config_groups: g",
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
