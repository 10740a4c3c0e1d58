package io.deltaport.converter.family.qwen3next;

import static io.deltaport.converter.weights.Role.DELTA_A_LOG;
import static io.deltaport.converter.weights.Role.DELTA_BA;
import static io.deltaport.converter.weights.Role.DELTA_CONV;
import static io.deltaport.converter.weights.Role.DELTA_DT_BIAS;
import static io.deltaport.converter.weights.Role.DELTA_NORM;
import static io.deltaport.converter.weights.Role.DELTA_OUT;
import static io.deltaport.converter.weights.Role.DELTA_QKVZ;

import io.deltaport.converter.model.DecoderRows;
import io.deltaport.converter.model.Mtp;
import io.deltaport.converter.model.WeightTable;
import io.deltaport.converter.model.WeightTable.Layers;
import io.deltaport.converter.weights.Row;
import io.deltaport.loader.config.DeltaNet;
import io.deltaport.loader.config.ModelConfig;
import java.util.List;
import java.util.Set;

/**
 * The weights of a Qwen3-Next checkpoint: every name of {@code modeling_qwen3_next.py} and of the
 * MTP head that the official checkpoints carry.
 */
final class Qwen3NextWeights {
  private Qwen3NextWeights() {}

  static List<Row> rows(ModelConfig config, Set<String> names, Mtp mtp) {
    DecoderRows layer = new DecoderRows(config, layers -> linearAttention(config, layers));
    WeightTable table = new WeightTable(config, names);
    table.backbone(layer::add);
    table.head();
    table.mtp(mtp, layer::add);
    return table.rows();
  }

  private static void linearAttention(ModelConfig config, Layers layers) {
    long hidden = config.hiddenSize();
    DeltaNet sizes = config.deltaNet();
    layers.add("linear_attn.in_proj_qkvz.weight", DELTA_QKVZ, sizes.qkvz(), hidden);
    layers.add("linear_attn.in_proj_ba.weight", DELTA_BA, sizes.ba(), hidden);
    layers.add("linear_attn.conv1d.weight", DELTA_CONV, sizes.convDim(), 1, sizes.kernel());
    layers.add("linear_attn.A_log", DELTA_A_LOG, sizes.vHeads());
    layers.add("linear_attn.dt_bias", DELTA_DT_BIAS, sizes.vHeads());
    layers.add("linear_attn.norm.weight", DELTA_NORM, sizes.vDim());
    layers.add("linear_attn.out_proj.weight", DELTA_OUT, hidden, sizes.value());
  }
}
