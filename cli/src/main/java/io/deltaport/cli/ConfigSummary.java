package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.QuantizationConfig;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.IntStream;

/** Shows the architecture and dims of a model. */
final class ConfigSummary {
  private ConfigSummary() {}

  static void print(PrintWriter out, ModelConfig config) {
    out.println("architecture  " + config.architecture().className());
    out.printf(
        "layers        %d: %d of linear attention, %d of full attention; %d sparse, %d dense%n",
        config.numHiddenLayers(),
        count(config, LayerType.LINEAR_ATTENTION),
        count(config, LayerType.FULL_ATTENTION),
        sparse(config),
        config.numHiddenLayers() - sparse(config));
    out.printf(
        "dims          hidden %d, vocabulary %d%s, %d positions%n",
        config.hiddenSize(),
        config.vocabSize(),
        config.tieWordEmbeddings() ? " (tied)" : "",
        config.maxPositionEmbeddings());
    out.printf(
        "linear att.   %d key heads of %d, %d value heads of %d, convolution of %d%n",
        config.linearNumKeyHeads(),
        config.linearKeyHeadDim(),
        config.linearNumValueHeads(),
        config.linearValueHeadDim(),
        config.linearConvKernelDim());
    out.printf(
        "full att.     %d query heads and %d key-value heads of %d, %d dims rotated (%s, theta %s)%n",
        config.numAttentionHeads(),
        config.numKeyValueHeads(),
        config.headDim(),
        config.dimensions().rotary(),
        config.ropeParameters().ropeType(),
        config.ropeParameters().ropeTheta());
    mlp(out, config);
  }

  static void put(ObjectNode object, ModelConfig config) {
    object.put("architecture", config.architecture().className());
    ObjectNode dims = object.putObject("dims");
    dims.put("vocab_size", config.vocabSize());
    dims.put("hidden_size", config.hiddenSize());
    dims.put("num_hidden_layers", config.numHiddenLayers());
    ArrayNode types = dims.putArray("layer_types");
    config.layerTypes().forEach(type -> types.add(type.name().toLowerCase(Locale.ROOT)));
    dims.put("num_attention_heads", config.numAttentionHeads());
    dims.put("num_key_value_heads", config.numKeyValueHeads());
    dims.put("head_dim", config.headDim());
    dims.put("rotary", config.dimensions().rotary());
    dims.put("rope_type", config.ropeParameters().ropeType());
    dims.put("rope_theta", config.ropeParameters().ropeTheta());
    dims.put("linear_num_key_heads", config.linearNumKeyHeads());
    dims.put("linear_key_head_dim", config.linearKeyHeadDim());
    dims.put("linear_num_value_heads", config.linearNumValueHeads());
    dims.put("linear_value_head_dim", config.linearValueHeadDim());
    dims.put("linear_conv_kernel_dim", config.linearConvKernelDim());
    dims.put("num_experts", config.numExperts());
    dims.put("num_experts_per_tok", config.numExpertsPerTok());
    dims.put("moe_intermediate_size", config.moeIntermediateSize());
    dims.put("shared_expert_intermediate_size", config.sharedExpertIntermediateSize());
    dims.put("intermediate_size", config.intermediateSize());
    dims.put("hidden_act", config.hiddenAct());
    dims.put("max_position_embeddings", config.maxPositionEmbeddings());
    dims.put("tie_word_embeddings", config.tieWordEmbeddings());
    object.put("quantization", config.quantization().map(QuantizationConfig::method).orElse(null));
    config.defaultsUsed().forEach(object.putArray("defaults_used")::add);
    config.keysIgnored().forEach(object.putArray("keys_ignored")::add);
  }

  private static void mlp(PrintWriter out, ModelConfig config) {
    if (sparse(config) > 0) {
      out.printf(
          "experts       %d of %d, %d a token, and a shared one of %d (%s)%n",
          config.numExperts(),
          config.moeIntermediateSize(),
          config.numExpertsPerTok(),
          config.sharedExpertIntermediateSize(),
          config.hiddenAct());
    }
    if (sparse(config) < config.numHiddenLayers()) {
      out.printf("dense MLP     %d (%s)%n", config.intermediateSize(), config.hiddenAct());
    }
    config.quantization().ifPresent(packing -> out.println("packed        " + packing.method()));
  }

  private static long count(ModelConfig config, LayerType type) {
    return config.layerTypes().stream().filter(type::equals).count();
  }

  private static long sparse(ModelConfig config) {
    return IntStream.range(0, config.numHiddenLayers()).filter(config::sparse).count();
  }
}
