#include "ort/op.h"

#include "core/sizes.h"
#include "cuda/launches.h"
#include "cuda/op.h"
#include "matmul/resident.h"
#include "ops/linear/kernel.h"
#include "ops/ops.h"
#include "ort/weights.h"

namespace deltaport {
namespace {

using namespace ort;

struct LinearNode {
  static constexpr const char* kName = "Linear";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {{"x", kFloats},
                                               {"weight", kWeight},
                                               {"scales", kOptionalWeight},
                                               {"zero_points", kOptionalWeight},
                                               {"bias", kOptionalWeight}};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"y", kFloats}};
    return outputs;
  }
  static const std::vector<AttributeFormal>& Attributes() {
    static const std::vector<AttributeFormal> attributes = {{"format", AttributeType::kInt},
                                                            {"block", AttributeType::kInts},
                                                            {"exact", AttributeType::kInt},
                                                            {"codebook", AttributeType::kFloats, Presence::kOptional},
                                                            {"factor", AttributeType::kFloat, Presence::kOptional},
                                                            {"in", AttributeType::kInt, Presence::kOptional}};
    return attributes;
  }

  explicit LinearNode(const KernelInfo& info) {
    mode = info.SessionMode();
    if (info.Int("exact", 0, 1) == 1) mode.compute = Compute::kExact;
    matrix = ReadMatrix(info, 1, "weight");
    base.weight = matrix.view;  // [out, in]
    if (std::optional<Tensor> tensor = info.Constant(4)) {
      bias = WidenPlain(*tensor, "bias", {base.weight.out});  // [out]
      base.bias = bias.data();
    }
  }

  LinearParams Bind(const KernelContext& context) const {
    LinearParams params = base;
    Tensor x = context.Input(0, "x", kFloat, {kAny, base.weight.in});  // [tokens, in]
    Require(base.bias != nullptr || !context.Optional(4), "bias: expected an initializer");
    params.x = x.as<float>();
    params.tokens = x.dims[0];
    params.y = context.Output<float>(0, {params.tokens, base.weight.out});  // [tokens, out]
    return params;
  }

  Mode mode;  // the session's, but exact where the node wants that
  Matrix matrix;
  std::vector<float> bias;
  LinearParams base;
};

struct LinearOp : LinearNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit LinearOp(const KernelInfo& info) : LinearNode(info) {
    kernel = &Pick(mode, base);
    prepared.Make(mode, *kernel, {&base.weight});
  }

  void Compute(const KernelContext& context) const {
    LinearParams params = Bind(context);
    SessionThreads threads(context);
    if (params.tokens > 0) kernel->Run(params, threads);
  }

  const Kernel<LinearParams>* kernel;
  Prepared prepared;
};

struct LinearCudaOp : LinearNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit LinearCudaOp(const KernelInfo& info)
      : LinearNode(info), gpu(info, mode.compute), weight(gpu.Weight(base.weight)), gpu_bias(gpu.Floats(bias)) {}

  void Compute(const KernelContext& context) const {
    LinearParams params = Bind(context);
    params.weight = weight.view();
    params.bias = cuda::On<float>(gpu_bias);
    cuda::DriverLauncher launcher = gpu.Launcher(context);
    if (params.tokens > 0) cuda::LaunchLinear(params, launcher);
  }

  cuda::OpSession gpu;
  cuda::DeviceWeight weight;
  std::shared_ptr<const cuda::Upload> gpu_bias;
};

}  // namespace

const RegisteredOp* Linear() {
  static const CustomOp<LinearOp> op;
  return &op;
}

const RegisteredOp* LinearCuda() {
  static const CustomOp<LinearCudaOp> op;
  return &op;
}

}  // namespace deltaport
