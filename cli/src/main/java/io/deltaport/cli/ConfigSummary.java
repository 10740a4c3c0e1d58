package io.deltaport.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.deltaport.loader.config.LayerType;
import io.deltaport.loader.config.ModelConfig;
import io.deltaport.loader.config.Moe;
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
        config.layers().size(),
        count(config, LayerType.LINEAR_ATTENTION),
        count(config, LayerType.FULL_ATTENTION),
        sparse(config),
        config.layers().size() - sparse(config));
    out.printf(
        "dims          hidden %d, vocabulary %d%s, %d positions%n",
        config.hiddenSize(),
        config.vocabulary().size(),
        config.architecture().tieWordEmbeddings() ? " (tied)" : "",
        config.maxPositionEmbeddings());
    out.printf(
        "linear att.   %d key heads of %d, %d value heads of %d, convolution of %d%n",
        config.deltaNet().kHeads(),
        config.deltaNet().kDim(),
        config.deltaNet().vHeads(),
        config.deltaNet().vDim(),
        config.deltaNet().kernel());
    out.printf(
        "full att.     %d query heads and %d key-value heads of %d, %d dims rotated (%s, theta %s)%n",
        config.attention().qHeads(),
        config.attention().kvHeads(),
        config.attention().headDim(),
        config.attention().rotary(),
        config.attention().rope().ropeType(),
        config.attention().rope().ropeTheta());
    mlp(out, config);
  }

  static void put(ObjectNode object, ModelConfig config) {
    object.put("architecture", config.architecture().className());
    ObjectNode dims = object.putObject("dims");
    dims.put("vocab_size", config.vocabulary().size());
    dims.put("hidden_size", config.hiddenSize());
    dims.put("num_hidden_layers", config.layers().size());
    ArrayNode types = dims.putArray("layer_types");
    config.layers().forEach(layer -> types.add(layer.mixer().name().toLowerCase(Locale.ROOT)));
    dims.put("num_attention_heads", config.attention().qHeads());
    dims.put("num_key_value_heads", config.attention().kvHeads());
    dims.put("head_dim", config.attention().headDim());
    dims.put("rotary", config.attention().rotary());
    dims.put("rope_type", config.attention().rope().ropeType());
    dims.put("rope_theta", config.attention().rope().ropeTheta());
    dims.put("linear_num_key_heads", config.deltaNet().kHeads());
    dims.put("linear_key_head_dim", config.deltaNet().kDim());
    dims.put("linear_num_value_heads", config.deltaNet().vHeads());
    dims.put("linear_value_head_dim", config.deltaNet().vDim());
    dims.put("linear_conv_kernel_dim", config.deltaNet().kernel());
    dims.put("num_experts", config.moe().map(Moe::experts).orElse(0L));
    config.moe().ifPresent(moe -> experts(dims, moe));
    config.intermediateSize().ifPresent(size -> dims.put("intermediate_size", size));
    dims.put("hidden_act", config.hiddenAct());
    dims.put("max_position_embeddings", config.maxPositionEmbeddings());
    dims.put("tie_word_embeddings", config.architecture().tieWordEmbeddings());
    object.put(
        "quantization",
        config.source().quantization().map(QuantizationConfig::method).orElse(null));
    config.source().defaultsUsed().forEach(object.putArray("defaults_used")::add);
    config.source().keysIgnored().forEach(object.putArray("keys_ignored")::add);
  }

  private static void experts(ObjectNode dims, Moe moe) {
    dims.put("num_experts_per_tok", moe.topK());
    dims.put("moe_intermediate_size", moe.intermediate());
    dims.put("shared_expert_intermediate_size", moe.sharedIntermediate());
  }

  private static void mlp(PrintWriter out, ModelConfig config) {
    if (sparse(config) > 0) {
      Moe moe = config.moe().orElseThrow();
      out.printf(
          "experts       %d of %d, %d a token, and a shared one of %d (%s)%n",
          moe.experts(),
          moe.intermediate(),
          moe.topK(),
          moe.sharedIntermediate(),
          config.hiddenAct());
    }
    if (sparse(config) < config.layers().size()) {
      long width = config.intermediateSize().orElseThrow();
      out.printf("dense MLP     %d (%s)%n", width, config.hiddenAct());
    }
    config
        .source()
        .quantization()
        .ifPresent(packing -> out.println("packed        " + packing.method()));
  }

  private static long count(ModelConfig config, LayerType type) {
    return config.layers().stream().filter(layer -> layer.mixer() == type).count();
  }

  private static long sparse(ModelConfig config) {
    return IntStream.range(0, config.layers().size()).filter(config::sparse).count();
  }
}
