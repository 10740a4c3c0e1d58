#include "cuda/launch/products.h"

namespace deltaport::cuda {
namespace {

constexpr int64_t kMostKeyDim = 256;
constexpr int64_t kSmallKeyDim = 128;
// In fast mode longer sequences are taken in chunks; shorter ones are a step, maybe a draft to verify, which must have
// the bits of plain decoding.
constexpr int32_t kMostOfAStep = 16;

}  // namespace

void LaunchGatedDeltaNet(const GatedDeltaNetParams& params, Launcher& launcher) {
  Require(params.k_dim <= kMostKeyDim, "k_dim: CUDA kernels take up to ", kMostKeyDim, ", found ", params.k_dim);
  int64_t tokens = params.tokens;
  DeltaArgs args{};
  args.in = params.in;
  args.conv_weight = params.conv_weight;
  args.a_exp = params.a;
  args.dt_bias = params.dt_bias;
  args.norm_weight = params.norm_weight;
  args.cu_seq_lens = params.cu_seq_lens;
  args.load_slots = params.load_slots;
  args.save_slots = params.save_slots;
  args.conv_state = params.conv_state;
  args.recurrent_state = params.recurrent_state;
  args.q = launcher.ScratchOf<float>(tokens * params.k_heads * params.k_dim);    // [tokens, k_heads, k_dim]
  args.k = launcher.ScratchOf<float>(tokens * params.k_heads * params.k_dim);    // [tokens, k_heads, k_dim]
  args.v = launcher.ScratchOf<float>(tokens * params.v_heads * params.v_dim);    // [tokens, v_heads, v_dim]
  args.decay = launcher.ScratchOf<float>(tokens * params.v_heads);               // [tokens, v_heads]
  args.beta = launcher.ScratchOf<float>(tokens * params.v_heads);                // [tokens, v_heads]
  args.out = launcher.ScratchOf<float>(tokens * params.v_heads * params.v_dim);  // [tokens, v_heads, v_dim]
  bool small = params.k_dim <= kSmallKeyDim;
  bool may_chunk = small && launcher.target().compute == Compute::kFast;
  bool chunks = may_chunk && tokens > kMostOfAStep;
  args.most_recurrent = may_chunk ? kMostOfAStep : INT32_MAX;
  if (chunks) {
    args.kk = launcher.ScratchOf<float>(tokens * params.k_heads * kDeltaChunk);  // [tokens, k_heads, kDeltaChunk]
    args.kq = launcher.ScratchOf<float>(tokens * params.k_heads * kDeltaChunk);  // [tokens, k_heads, kDeltaChunk]
  }
  args.y = params.y;
  args.seqs = Narrow(params.seqs);
  args.kernel = Narrow(params.kernel);
  args.k_heads = Narrow(params.k_heads);
  args.k_dim = Narrow(params.k_dim);
  args.v_heads = Narrow(params.v_heads);
  args.v_dim = Narrow(params.v_dim);
  args.activation = params.activation;
  args.epsilon = params.epsilon;
  launcher.Launch(KernelId::delta_prepare, {tokens, params.k_heads}, 128, 0, args);
  Grid grid{params.v_heads, CeilDiv(params.v_dim, kDeltaColumns), params.seqs};
  launcher.Launch(small ? KernelId::delta_recurrent_128 : KernelId::delta_recurrent_256, grid, 128, 0, args);
  if (chunks) {
    launcher.Launch(KernelId::delta_products, {tokens, params.k_heads}, 32, 0, args);
    launcher.Launch(KernelId::delta_chunked_128, grid, 128, 0, args);
  }
  launcher.Launch(KernelId::delta_norm, {tokens, params.v_heads}, 128, 0, args);
}

}  // namespace deltaport::cuda
