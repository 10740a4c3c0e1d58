#include "ort/op.h"

#include "cuda/launches.h"
#include "cuda/op.h"
#include "ops/concat/kernel.h"
#include "ops/ops.h"

namespace deltaport {
namespace {

using namespace ort;

struct ConcatNode : NoAttributes {
  static constexpr const char* kName = "Concat";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {{"a", kFloats}, {"b", kFloats}};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"y", kFloats}};
    return outputs;
  }

  static ConcatParams Bind(const KernelContext& context) {
    ConcatParams params;
    Tensor a = context.Input(0, "a", kFloat, {kAny, kAny});       // [tokens, m]
    Tensor b = context.Input(1, "b", kFloat, {a.dims[0], kAny});  // [tokens, n]
    params.a = a.as<float>();
    params.b = b.as<float>();
    params.tokens = a.dims[0];
    params.m = a.dims[1];
    params.n = b.dims[1];
    params.y = context.Output<float>(0, {params.tokens, params.m + params.n});  // [tokens, m + n]
    return params;
  }
};

struct ConcatOp : ConcatNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit ConcatOp(const KernelInfo& info) : kernel(&Pick(info.SessionMode(), ConcatParams{})) {}

  void Compute(const KernelContext& context) const {
    ConcatParams params = Bind(context);
    SessionThreads threads(context);
    if (params.tokens > 0) kernel->Run(params, threads);
  }

  const Kernel<ConcatParams>* kernel;
};

struct ConcatCudaOp : ConcatNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit ConcatCudaOp(const KernelInfo& info) : gpu(info) {}

  void Compute(const KernelContext& context) const {
    ConcatParams params = Bind(context);
    cuda::DriverLauncher launcher = gpu.Launcher(context);
    if (params.tokens > 0) cuda::LaunchConcat(params, launcher);
  }

  cuda::OpSession gpu;
};

}  // namespace

const RegisteredOp* Concat() {
  static const CustomOp<ConcatOp> op;
  return &op;
}

const RegisteredOp* ConcatCuda() {
  static const CustomOp<ConcatCudaOp> op;
  return &op;
}

}  // namespace deltaport
