#include "ort/op.h"

#include "cuda/launches.h"
#include "cuda/op.h"
#include "ops/ops.h"
#include "ops/rms_norm/kernel.h"
#include "ort/attributes.h"

namespace deltaport {
namespace {

using namespace ort;

struct RmsNormNode {
  static constexpr const char* kName = "RmsNorm";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {{"x", kFloats}, {"weight", kWeight}, {"residual", kOptionalFloats}};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"y", kFloats}, {"sum", kOptionalFloats}};
    return outputs;
  }
  static const std::vector<AttributeFormal>& Attributes() {
    static const std::vector<AttributeFormal> attributes = {{"epsilon", AttributeType::kFloat},
                                                            {"unit_offset", AttributeType::kInt}};
    return attributes;
  }

  explicit RmsNormNode(const KernelInfo& info) {
    weight = WidenPlain(info.RequireConstant(1, "weight"), "weight", {kAny});  // [hidden]
    Require(!weight.empty(), "weight: is empty");
    if (info.Int("unit_offset", 0, 1) == 1) {
      for (float& w : weight) w = 1.0f + w;
    }
    base.weight = weight.data();
    base.hidden = static_cast<int64_t>(weight.size());
    base.epsilon = ReadEpsilon(info);
  }

  RmsNormParams Bind(const KernelContext& context) const {
    RmsNormParams params = base;
    Tensor x = context.Input(0, "x", kFloat, {kAny, base.hidden});  // [tokens, hidden]
    if (std::optional<Tensor> residual = context.Optional(2)) {
      Expect(*residual, "residual", kFloat, x.dims);
      params.residual = residual->as<float>();  // [tokens, hidden]
    }
    params.x = x.as<float>();
    params.tokens = x.dims[0];
    params.y = context.Output<float>(0, x.dims);    // [tokens, hidden]
    params.sum = context.Output<float>(1, x.dims);  // [tokens, hidden]
    return params;
  }

  std::vector<float> weight;
  RmsNormParams base;
};

struct RmsNormOp : RmsNormNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit RmsNormOp(const KernelInfo& info) : RmsNormNode(info), kernel(&Pick(info.SessionMode(), base)) {}

  void Compute(const KernelContext& context) const {
    RmsNormParams params = Bind(context);
    SessionThreads threads(context);
    if (params.tokens > 0) kernel->Run(params, threads);
  }

  const Kernel<RmsNormParams>* kernel;
};

struct RmsNormCudaOp : RmsNormNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit RmsNormCudaOp(const KernelInfo& info) : RmsNormNode(info), gpu(info), gpu_weight(gpu.Floats(weight)) {}

  void Compute(const KernelContext& context) const {
    RmsNormParams params = Bind(context);
    params.weight = cuda::On<float>(gpu_weight);
    cuda::DriverLauncher launcher = gpu.Launcher(context);
    if (params.tokens > 0) cuda::LaunchRmsNorm(params, launcher);
  }

  cuda::OpSession gpu;
  std::shared_ptr<const cuda::Upload> gpu_weight;
};

}  // namespace

const RegisteredOp* RmsNorm() {
  static const CustomOp<RmsNormOp> op;
  return &op;
}

const RegisteredOp* RmsNormCuda() {
  static const CustomOp<RmsNormCudaOp> op;
  return &op;
}

}  // namespace deltaport
