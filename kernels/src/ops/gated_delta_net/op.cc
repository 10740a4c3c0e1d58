#include "ort/op.h"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "core/sizes.h"
#include "cuda/launches.h"
#include "cuda/op.h"
#include "ops/gated_delta_net/kernel.h"
#include "ops/ops.h"
#include "ops/tables.h"
#include "ort/attributes.h"

namespace deltaport {
namespace {

using namespace ort;

// The order of what the projections make (docs/ops.md).
enum class Layout { kGrouped, kSplit };

Layout ReadLayout(const KernelInfo& info) {
  std::string name = info.String("layout");
  if (name == "grouped") return Layout::kGrouped;
  if (name == "split") return Layout::kSplit;
  Fail("layout: expected grouped or split, found '", name, "'");
}

struct GatedDeltaNetNode {
  static constexpr const char* kName = "GatedDeltaNet";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {{"qkvz", kFloats},      {"ba", kFloats},          {"z", kOptionalFloats},
                                               {"a", kOptionalFloats}, {"conv_weight", kWeight}, {"a_log", kWeight},
                                               {"dt_bias", kWeight},   {"norm_weight", kWeight}, {"cu_seq_lens", kInts},
                                               {"load_slots", kInts},  {"save_slots", kInts},    {"state", kLongs}};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"y", kFloats}};
    return outputs;
  }
  static const std::vector<AttributeFormal>& Attributes() {
    static const std::vector<AttributeFormal> attributes = {
        {"layer", AttributeType::kInt},     {"layout", AttributeType::kString}, {"activation", AttributeType::kString},
        {"epsilon", AttributeType::kFloat}, {"k_heads", AttributeType::kInt},   {"k_dim", AttributeType::kInt}};
    return attributes;
  }

  explicit GatedDeltaNetNode(const KernelInfo& info) {
    layout = ReadLayout(info);
    base.activation = ReadActivation(info);
    base.epsilon = ReadEpsilon(info);
    a = WidenPlain(info.RequireConstant(5, "a_log"), "a_log", {kAny});                        // [v_heads]
    norm_weight = WidenPlain(info.RequireConstant(7, "norm_weight"), "norm_weight", {kAny});  // [v_dim]
    base.v_heads = Narrow("a_log", static_cast<int64_t>(a.size()));
    base.v_dim = Narrow("norm_weight", static_cast<int64_t>(norm_weight.size()));
    base.k_heads = info.Int("k_heads", 1, base.v_heads);
    base.k_dim = info.Int("k_dim", 1, INT32_MAX);
    Require(base.v_heads % base.k_heads == 0, "k_heads: ", base.k_heads, " does not divide the ", base.v_heads,
            " v_heads");
    int64_t keys = Multiply(2, base.k_heads, base.k_dim);
    int64_t conv_dim = Narrow("conv_dim", Add(keys, Multiply(base.v_heads, base.v_dim)));
    Narrow("qkvz", QkvzWidth(base));
    Tensor conv = info.RequireConstant(4, "conv_weight");
    conv_weight = WidenPlain(conv, "conv_weight", {conv_dim, 1, kAny});  // [conv_dim, 1, kernel]
    base.kernel = Narrow("conv_weight", conv.dims[2]);
    dt_bias = WidenPlain(info.RequireConstant(6, "dt_bias"), "dt_bias", {base.v_heads});  // [v_heads]
    for (float& value : a) {
      Require(!std::isnan(value), "a_log: is not a number");
      value = std::min(std::exp(value), FLT_MAX);  // so that 0 * a is 0
    }
    base.conv_weight = conv_weight.data();
    base.a = a.data();
    base.dt_bias = dt_bias.data();
    base.norm_weight = norm_weight.data();
    wanted = LayerOf(ReadLayer(info));
  }

  // Runs with the pool locked.
  template <class Run>
  void With(const KernelContext& context, int32_t device, const Run& run) const {
    GatedDeltaNetParams params = base;
    BindInputs(context, params);
    Tensor load_slots = context.Input(9, "load_slots", kInt32, {kAny});  // [seqs]
    params.seqs = load_slots.dims[0];
    params.cu_seq_lens = context.Ints(8, "cu_seq_lens", {params.seqs + 1});  // [seqs + 1]
    params.load_slots = load_slots.as<int32_t>();
    params.save_slots = context.Ints(10, "save_slots", {params.tokens});  // [tokens]
    int64_t handle = *context.Longs(11, "state", {1});                    // [1]
    CheckSequences(params.cu_seq_lens, params.seqs, params.tokens);

    std::shared_ptr<Pool> pool = Pool::Find(handle);
    std::lock_guard<std::mutex> lock(pool->mutex());
    LinearState state = pool->Linear(wanted, device);
    params.conv_state = state.conv;
    params.recurrent_state = state.recurrent;
    CheckSlots(*pool, params.load_slots, params.seqs, params.save_slots, params.tokens);
    params.y = context.Output<float>(0, {params.tokens, base.v_heads * base.v_dim});  // [tokens, v_heads * v_dim]
    if (params.tokens > 0) run(params);
  }

  void BindInputs(const KernelContext& context, GatedDeltaNetParams& params) const {
    bool split = layout == Layout::kSplit;
    int64_t width = split ? base.conv_dim() : QkvzWidth(base);
    Tensor mixed = context.Input(0, split ? "qkv" : "qkvz", kFloat, {kAny, width});  // [tokens, width]
    params.tokens = mixed.dims[0];
    if (split) {
      const float* b = context.Floats(1, "b", {params.tokens, base.v_heads});               // [tokens, v_heads]
      const float* z = context.Floats(2, "z", {params.tokens, base.v_heads * base.v_dim});  // [tokens, v_heads * v_dim]
      const float* a_gate = context.Floats(3, "a", {params.tokens, base.v_heads});          // [tokens, v_heads]
      params.in = SplitInputs(base, mixed.as<float>(), z, b, a_gate);
      return;
    }
    Require(!context.Optional(2) && !context.Optional(3), "z, a: expected none in layout grouped");
    const float* ba = context.Floats(1, "ba", {params.tokens, BaWidth(base)});  // [tokens, 2 * v_heads]
    params.in = GroupedInputs(base, mixed.as<float>(), ba);
  }

  dp_layer LayerOf(int32_t layer) const {
    dp_layer linear{};
    linear.layer = layer;
    linear.kind = DP_LINEAR;
    linear.kernel = static_cast<int32_t>(base.kernel);
    linear.conv_dim = static_cast<int32_t>(base.conv_dim());
    linear.v_heads = static_cast<int32_t>(base.v_heads);
    linear.k_dim = static_cast<int32_t>(base.k_dim);
    linear.v_dim = static_cast<int32_t>(base.v_dim);
    return linear;
  }

  Layout layout;
  std::vector<float> conv_weight;
  std::vector<float> a;
  std::vector<float> dt_bias;
  std::vector<float> norm_weight;
  dp_layer wanted;
  GatedDeltaNetParams base;
};

struct GatedDeltaNetOp : GatedDeltaNetNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit GatedDeltaNetOp(const KernelInfo& info) : GatedDeltaNetNode(info), kernel(&Pick(info.SessionMode(), base)) {}

  void Compute(const KernelContext& context) const {
    With(context, DP_CPU, [&](const GatedDeltaNetParams& params) {
      SessionThreads threads(context);
      kernel->Run(params, threads);
    });
  }

  const Kernel<GatedDeltaNetParams>* kernel;
};

struct GatedDeltaNetCudaOp : GatedDeltaNetNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit GatedDeltaNetCudaOp(const KernelInfo& info)
      : GatedDeltaNetNode(info),
        gpu(info),
        gpu_conv_weight(gpu.Floats(conv_weight)),
        gpu_a(gpu.Floats(a)),
        gpu_dt_bias(gpu.Floats(dt_bias)),
        gpu_norm_weight(gpu.Floats(norm_weight)) {}

  void Compute(const KernelContext& context) const {
    With(context, gpu.device(), [&](GatedDeltaNetParams params) {
      params.conv_weight = cuda::On<float>(gpu_conv_weight);
      params.a = cuda::On<float>(gpu_a);
      params.dt_bias = cuda::On<float>(gpu_dt_bias);
      params.norm_weight = cuda::On<float>(gpu_norm_weight);
      gpu.OnReplay({CheckAgain,
                    {*context.Longs(11, "state", {1}), params.seqs, params.tokens,
                     gpu.Offset(params.cu_seq_lens, params.seqs + 1), gpu.Offset(params.load_slots, params.seqs),
                     gpu.Offset(params.save_slots, params.tokens)}});
      params.cu_seq_lens = gpu.Table(params.cu_seq_lens, params.seqs + 1);
      params.load_slots = gpu.Table(params.load_slots, params.seqs);
      params.save_slots = gpu.Table(params.save_slots, params.tokens);
      cuda::DriverLauncher launcher = gpu.Launcher(context);
      cuda::LaunchGatedDeltaNet(params, launcher);
    });
  }

  static void CheckAgain(const cuda::StepTables& tables, const cuda::StepNumbers& n) {
    CheckSequences(tables.Host<int32_t>(n[3]), n[1], n[2]);
    std::shared_ptr<Pool> pool = Pool::Find(n[0]);
    std::lock_guard<std::mutex> lock(pool->mutex());
    CheckSlots(*pool, tables.Host<int32_t>(n[4]), n[1], tables.Host<int32_t>(n[5]), n[2]);
  }

  cuda::OpSession gpu;
  std::shared_ptr<const cuda::Upload> gpu_conv_weight;
  std::shared_ptr<const cuda::Upload> gpu_a;
  std::shared_ptr<const cuda::Upload> gpu_dt_bias;
  std::shared_ptr<const cuda::Upload> gpu_norm_weight;
};

}  // namespace

const RegisteredOp* GatedDeltaNet() {
  static const CustomOp<GatedDeltaNetOp> op;
  return &op;
}

const RegisteredOp* GatedDeltaNetCuda() {
  static const CustomOp<GatedDeltaNetCudaOp> op;
  return &op;
}

}  // namespace deltaport
