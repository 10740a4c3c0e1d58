#include "ort/op.h"

#include "core/sizes.h"
#include "cuda/launches.h"
#include "cuda/op.h"
#include "ops/gated_attention/kernel.h"
#include "ops/ops.h"
#include "ops/tables.h"
#include "ort/attributes.h"

namespace deltaport {
namespace {

using namespace ort;

std::vector<float> ReadNorm(const KernelInfo& info, size_t index, const char* name, int64_t head_dim) {
  std::vector<float> weight = WidenPlain(info.RequireConstant(index, name), name, {head_dim});  // [head_dim]
  Require(!weight.empty(), name, ": is empty");
  for (float& w : weight) w = 1.0f + w;
  return weight;
}

struct GatedAttentionNode {
  static constexpr const char* kName = "GatedAttention";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {
        {"q_gate", kFloats},  {"k", kFloats},         {"v", kFloats},       {"q_norm", kWeight},    {"k_norm", kWeight},
        {"cos_sin", kFloats}, {"cu_seq_lens", kInts}, {"past_lens", kInts}, {"block_table", kInts}, {"state", kLongs}};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"y", kFloats}};
    return outputs;
  }
  static const std::vector<AttributeFormal>& Attributes() {
    static const std::vector<AttributeFormal> attributes = {{"layer", AttributeType::kInt},
                                                            {"epsilon", AttributeType::kFloat}};
    return attributes;
  }

  explicit GatedAttentionNode(const KernelInfo& info) {
    layer = ReadLayer(info);
    base.epsilon = ReadEpsilon(info);
    q_norm = ReadNorm(info, 3, "q_norm", kAny);
    head_dim = static_cast<int64_t>(q_norm.size());
    k_norm = ReadNorm(info, 4, "k_norm", head_dim);
    base.q_norm = q_norm.data();
    base.k_norm = k_norm.data();
    base.cache.head_dim = head_dim;
  }

  // Runs with the pool locked.
  template <class Run>
  void With(const KernelContext& context, int32_t device, const Run& run) const {
    GatedAttentionParams params = base;
    Tensor q_gate = context.Input(0, "q_gate", kFloat, {kAny, kAny});  // [tokens, q_heads * 2 * head_dim]
    params.tokens = q_gate.dims[0];
    Tensor k = context.Input(1, "k", kFloat, {params.tokens, kAny});              // [tokens, kv_heads * head_dim]
    Tensor v = context.Input(2, "v", kFloat, k.dims);                             // [tokens, kv_heads * head_dim]
    Tensor cos_sin = context.Input(5, "cos_sin", kFloat, {params.tokens, kAny});  // [tokens, rotary]
    Tensor past_lens = context.Input(7, "past_lens", kInt32, {kAny});             // [seqs]
    params.seqs = past_lens.dims[0];
    Tensor block_table = context.Input(8, "block_table", kInt32, {params.seqs, kAny});  // [seqs, max_blocks]
    params.max_blocks = block_table.dims[1];
    params.cu_seq_lens = context.Ints(6, "cu_seq_lens", {params.seqs + 1});  // [seqs + 1]
    int64_t handle = *context.Longs(9, "state", {1});                        // [1]
    params.q_heads = Heads("q_gate", q_gate.dims[1], 2 * head_dim);
    int64_t kv_heads = Heads("k", k.dims[1], head_dim);
    Require(params.q_heads % kv_heads == 0, "k: ", kv_heads, " heads do not divide the ", params.q_heads, " of q_gate");
    params.rotary = cos_sin.dims[1];
    Require(params.rotary % 2 == 0 && params.rotary <= head_dim, "cos_sin: expected an even width up to ", head_dim,
            ", found ", params.rotary);
    CheckSequences(params.cu_seq_lens, params.seqs, params.tokens);
    params.q_gate = q_gate.as<float>();
    params.k = k.as<float>();
    params.v = v.as<float>();
    params.cos_sin = cos_sin.as<float>();
    params.past_lens = past_lens.as<int32_t>();
    params.block_table = block_table.as<int32_t>();

    std::shared_ptr<Pool> pool = Pool::Find(handle);
    std::lock_guard<std::mutex> lock(pool->mutex());
    params.cache = pool->Attention(LayerOf(kv_heads), device);
    CheckBlocks(*pool, params.cu_seq_lens, params.past_lens, params.seqs, params.block_table, params.max_blocks);
    params.y = context.Output<float>(0, {params.tokens, params.q_heads * head_dim});  // [tokens, q_heads * head_dim]
    if (params.tokens > 0) run(params);
  }

  static int64_t Heads(const char* name, int64_t width, int64_t head) {
    Require(width > 0 && width % head == 0, name, ": expected a multiple of ", head, " columns, found ", width);
    return width / head;
  }

  dp_layer LayerOf(int64_t kv_heads) const {
    dp_layer wanted{};
    wanted.layer = layer;
    wanted.kind = DP_FULL_ATTENTION;
    wanted.kv_heads = Narrow("kv_heads", kv_heads);
    wanted.head_dim = Narrow("head_dim", head_dim);
    return wanted;
  }

  int32_t layer;
  int64_t head_dim;
  std::vector<float> q_norm;
  std::vector<float> k_norm;
  GatedAttentionParams base;
};

struct GatedAttentionOp : GatedAttentionNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit GatedAttentionOp(const KernelInfo& info)
      : GatedAttentionNode(info), kernel(&Pick(info.SessionMode(), base)) {}

  void Compute(const KernelContext& context) const {
    With(context, DP_CPU, [&](const GatedAttentionParams& params) {
      SessionThreads threads(context);
      kernel->Run(params, threads);
    });
  }

  const Kernel<GatedAttentionParams>* kernel;
};

struct GatedAttentionCudaOp : GatedAttentionNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit GatedAttentionCudaOp(const KernelInfo& info)
      : GatedAttentionNode(info), gpu(info), gpu_q_norm(gpu.Floats(q_norm)), gpu_k_norm(gpu.Floats(k_norm)) {}

  void Compute(const KernelContext& context) const {
    With(context, gpu.device(), [&](GatedAttentionParams params) {
      params.q_norm = cuda::On<float>(gpu_q_norm);
      params.k_norm = cuda::On<float>(gpu_k_norm);
      gpu.OnReplay({CheckAgain,
                    {*context.Longs(9, "state", {1}), params.seqs, params.tokens, params.max_blocks,
                     gpu.Offset(params.cu_seq_lens, params.seqs + 1), gpu.Offset(params.past_lens, params.seqs),
                     gpu.Offset(params.block_table, params.seqs * params.max_blocks)}});
      params.cu_seq_lens = gpu.Table(params.cu_seq_lens, params.seqs + 1);
      params.past_lens = gpu.Table(params.past_lens, params.seqs);
      params.block_table = gpu.Table(params.block_table, params.seqs * params.max_blocks);
      cuda::DriverLauncher launcher = gpu.Launcher(context);
      cuda::LaunchGatedAttention(params, launcher);
    });
  }

  static void CheckAgain(const cuda::StepTables& tables, const cuda::StepNumbers& n) {
    auto cu_seq_lens = tables.Host<int32_t>(n[4]);
    CheckSequences(cu_seq_lens, n[1], n[2]);
    std::shared_ptr<Pool> pool = Pool::Find(n[0]);
    std::lock_guard<std::mutex> lock(pool->mutex());
    CheckBlocks(*pool, cu_seq_lens, tables.Host<int32_t>(n[5]), n[1], tables.Host<int32_t>(n[6]), n[3]);
  }

  cuda::OpSession gpu;
  std::shared_ptr<const cuda::Upload> gpu_q_norm;
  std::shared_ptr<const cuda::Upload> gpu_k_norm;
};

}  // namespace

const RegisteredOp* GatedAttention() {
  static const CustomOp<GatedAttentionOp> op;
  return &op;
}

const RegisteredOp* GatedAttentionCuda() {
  static const CustomOp<GatedAttentionCudaOp> op;
  return &op;
}

}  // namespace deltaport
