#include "ort/op.h"

#include "cuda/launches.h"
#include "cuda/op.h"
#include "ops/ops.h"
#include "ops/top_k/kernel.h"

namespace deltaport {
namespace {

using namespace ort;

struct TopKNode : NoAttributes {
  static constexpr const char* kName = "TopK";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {{"logits", kFloats}, {"top_k", kInts}};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {{"values", kFloats}, {"ids", {kInt64}}};
    return outputs;
  }

  static TopKParams Bind(const KernelContext& context) {
    TopKParams params;
    Tensor logits = context.Input(0, "logits", kFloat, {kAny, kAny});  // [n, vocab]
    params.logits = logits.as<float>();
    params.n = logits.dims[0];
    params.vocab = logits.dims[1];
    params.k = *context.Ints(1, "top_k", {1});  // [1]
    Require(params.k >= 0 && params.k <= params.vocab, "top_k: expected 0 to ", params.vocab, ", found ", params.k);
    params.values = context.Output<float>(0, {params.n, params.k});  // [n, k]
    params.ids = context.Output<int64_t>(1, {params.n, params.k});   // [n, k]
    return params;
  }
};

struct TopKOp : TopKNode {
  static constexpr Provider kProvider = Provider::kCpu;

  explicit TopKOp(const KernelInfo& info) : kernel(&Pick(info.SessionMode(), TopKParams{})) {}

  void Compute(const KernelContext& context) const {
    TopKParams params = Bind(context);
    SessionThreads threads(context);
    if (params.n > 0 && params.k > 0) kernel->Run(params, threads);
  }

  const Kernel<TopKParams>* kernel;
};

struct TopKCudaOp : TopKNode {
  static constexpr Provider kProvider = Provider::kCuda;

  explicit TopKCudaOp(const KernelInfo& info) : gpu(info) {}

  void Compute(const KernelContext& context) const {
    TopKParams params = Bind(context);
    cuda::DriverLauncher launcher = gpu.Launcher(context);
    if (params.n > 0 && params.k > 0) cuda::LaunchTopK(params, launcher);
  }

  cuda::OpSession gpu;
};

}  // namespace

const RegisteredOp* TopK() {
  static const CustomOp<TopKOp> op;
  return &op;
}

const RegisteredOp* TopKCuda() {
  static const CustomOp<TopKCudaOp> op;
  return &op;
}

}  // namespace deltaport
