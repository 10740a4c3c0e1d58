#include "ort/op.h"

#include <cmath>

#include "core/sizes.h"
#include "cuda/launches.h"
#include "cuda/op.h"
#include "ops/ops.h"
#include "ops/rotary_table/kernel.h"
#include "ops/tables.h"

namespace deltaport {
namespace {

using namespace ort;

RotaryType ParseRotaryType(const std::string& name) {
  for (const char* fixed : {"default", "linear", "yarn", "llama3", "proportional"}) {
    if (name == fixed) return RotaryType::kFixed;
  }
  if (name == "dynamic") return RotaryType::kDynamic;
  if (name == "longrope") return RotaryType::kLongrope;
  Fail("type: '", name, "' is not supported");
}

struct RotaryTableNode {
  static constexpr const char* kName = "RotaryTable";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {
        {"positions", kLongs}, {"past_lens", kInts}, {"cu_seq_lens", kInts}, {"inv_freq", kWeight}};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"cos_sin", kFloats}};
    return outputs;
  }
  static const std::vector<AttributeFormal>& Attributes() {
    static const std::vector<AttributeFormal> attributes = {{"type", AttributeType::kString},
                                                            {"attention_factor", AttributeType::kFloat},
                                                            {"original_max", AttributeType::kInt, Presence::kOptional},
                                                            {"theta", AttributeType::kFloat, Presence::kOptional},
                                                            {"factor", AttributeType::kFloat, Presence::kOptional},
                                                            {"dim", AttributeType::kInt, Presence::kOptional}};
    return attributes;
  }

  explicit RotaryTableNode(const KernelInfo& info) {
    base.type = ParseRotaryType(info.String("type"));
    base.attention_factor = info.Float("attention_factor");
    Require(std::isfinite(base.attention_factor), "attention_factor: is not finite");
    Tensor tensor = info.RequireConstant(3, "inv_freq");
    Expect(tensor, "inv_freq", kFloat, {base.type == RotaryType::kLongrope ? 2 : 1, kAny});
    inv_freq = WidenPlain(tensor, "inv_freq", tensor.dims);  // [1 or 2, rotary / 2]
    Require(tensor.dims[1] > 0, "inv_freq: is empty");
    for (float f : inv_freq) Require(std::isfinite(f), "inv_freq: is not finite");
    base.inv_freq = inv_freq.data();
    base.rotary = Multiply(2, tensor.dims[1]);
    if (base.type != RotaryType::kFixed) base.original_max = info.Int("original_max", 1, INT32_MAX);
    if (base.type == RotaryType::kDynamic) ReadDynamic(info);
  }

  void ReadDynamic(const KernelInfo& info) {
    base.theta = info.Float("theta");
    base.factor = info.Float("factor");
    base.dim = info.Int("dim", 3, INT32_MAX);  // its formula divides by dim - 2
    Require(std::isfinite(base.theta) && base.theta > 0, "theta: expected a number above 0, found ", base.theta);
    Require(std::isfinite(base.factor) && base.factor > 0, "factor: expected a number above 0, found ", base.factor);
    Require(base.rotary == base.dim + base.dim % 2, "dim: expected ", base.rotary - 1, " or ", base.rotary, ", found ",
            base.dim);
  }

  RotaryTableParams Bind(const KernelContext& context) const {
    RotaryTableParams params = base;
    Tensor positions = context.Input(0, "positions", kInt64, {kAny});  // [tokens]
    Tensor past_lens = context.Input(1, "past_lens", kInt32, {kAny});  // [seqs]
    params.tokens = positions.dims[0];
    params.seqs = past_lens.dims[0];
    params.positions = positions.as<int64_t>();
    params.cu_seq_lens = context.Ints(2, "cu_seq_lens", {params.seqs + 1});  // [seqs + 1]
    CheckTables(params.cu_seq_lens, params.seqs, params.positions, params.tokens);
    params.cos_sin = context.Output<float>(0, {params.tokens, params.rotary});  // [tokens, rotary]
    return params;
  }

  static void CheckTables(const int32_t* cu_seq_lens, int64_t seqs, const int64_t* positions, int64_t tokens) {
    CheckSequences(cu_seq_lens, seqs, tokens);
    for (int64_t t = 0; t < tokens; t++) {
      Require(positions[t] >= 0 && positions[t] < INT32_MAX, "positions: expected 0 to 2147483646, found ",
              positions[t], " at token ", t);
    }
  }

  std::vector<float> inv_freq;
  RotaryTableParams base;
};

struct RotaryTableOp : RotaryTableNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit RotaryTableOp(const KernelInfo& info) : RotaryTableNode(info), kernel(&Pick(info.SessionMode(), base)) {}

  void Compute(const KernelContext& context) const {
    RotaryTableParams params = Bind(context);
    SessionThreads threads(context);
    if (params.tokens > 0) kernel->Run(params, threads);
  }

  const Kernel<RotaryTableParams>* kernel;
};

struct RotaryTableCudaOp : RotaryTableNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit RotaryTableCudaOp(const KernelInfo& info)
      : RotaryTableNode(info), gpu(info), gpu_inv_freq(gpu.Floats(inv_freq)) {}

  void Compute(const KernelContext& context) const {
    RotaryTableParams params = Bind(context);
    if (params.tokens == 0) return;
    params.inv_freq = cuda::On<float>(gpu_inv_freq);
    gpu.OnReplay({CheckAgain,
                  {params.seqs, params.tokens, gpu.Offset(params.cu_seq_lens, params.seqs + 1),
                   gpu.Offset(params.positions, params.tokens)}});
    params.positions = gpu.Table(params.positions, params.tokens);
    params.cu_seq_lens = gpu.Table(params.cu_seq_lens, params.seqs + 1);
    cuda::DriverLauncher launcher = gpu.Launcher(context);
    cuda::LaunchRotaryTable(params, launcher);
  }

  static void CheckAgain(const cuda::StepTables& tables, const cuda::StepNumbers& n) {
    CheckTables(tables.Host<int32_t>(n[2]), n[0], tables.Host<int64_t>(n[3]), n[1]);
  }

  cuda::OpSession gpu;
  std::shared_ptr<const cuda::Upload> gpu_inv_freq;
};

}  // namespace

const RegisteredOp* RotaryTable() {
  static const CustomOp<RotaryTableOp> op;
  return &op;
}

const RegisteredOp* RotaryTableCuda() {
  static const CustomOp<RotaryTableCudaOp> op;
  return &op;
}

}  // namespace deltaport
