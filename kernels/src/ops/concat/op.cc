#include "ort/op.h"

#include "ops/concat/kernel.h"
#include "ops/ops.h"

namespace deltaport {
namespace {

using namespace ort;

// a, b -> y
struct ConcatOp {
  static constexpr const char* kName = "Concat";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {kFloats, kFloats};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {kFloats};
    return outputs;
  }

  explicit ConcatOp(const KernelInfo& info) : kernel(&Pick(info.SessionMode(), ConcatParams{})) {}

  void Compute(const KernelContext& context) const {
    ConcatParams params;
    Tensor a = context.Input(0, "a", kFloat, {kAny, kAny});       // [tokens, m]
    Tensor b = context.Input(1, "b", kFloat, {a.dims[0], kAny});  // [tokens, n]
    params.a = a.as<float>();
    params.b = b.as<float>();
    params.tokens = a.dims[0];
    params.m = a.dims[1];
    params.n = b.dims[1];
    params.y = context.Output<float>(0, {params.tokens, params.m + params.n});  // [tokens, m + n]
    SessionThreads threads(context);
    if (params.tokens > 0) kernel->run(params, threads);
  }

  const Kernel<ConcatParams>* kernel;
};

}  // namespace

const OrtCustomOp* Concat() {
  static const CustomOp<ConcatOp> op;
  return &op;
}

}  // namespace deltaport
