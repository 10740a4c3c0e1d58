#include "cuda/launch/products.h"

namespace deltaport::cuda {

void LaunchRotaryTable(const RotaryTableParams& params, Launcher& launcher) {
  RotaryTableArgs args{};
  args.positions = params.positions;
  args.cu_seq_lens = params.cu_seq_lens;
  args.inv_freq = params.inv_freq;
  args.cos_sin = params.cos_sin;
  args.original_max = params.type == RotaryType::kFixed ? 0 : params.original_max;
  args.half = Narrow(params.rotary / 2);
  args.dynamic = params.type == RotaryType::kDynamic;
  args.attention_factor = params.attention_factor;
  args.theta = static_cast<float>(params.theta);
  args.factor = static_cast<float>(params.factor);
  args.dim = static_cast<float>(params.dim);
  if (args.dynamic) {
    args.exponent = static_cast<float>(static_cast<double>(params.dim) / static_cast<double>(params.dim - 2));
  }
  launcher.Launch(KernelId::rotary_table, {params.seqs}, 128, 0, args);
}

}  // namespace deltaport::cuda
