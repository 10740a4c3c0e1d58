#include "ort/op.h"

#include "ops/ops.h"
#include "ops/top_k/kernel.h"

namespace deltaport {
namespace {

using namespace ort;

// logits, top_k -> values, ids
struct TopKOp {
  static constexpr const char* kName = "TopK";
  static const std::vector<Formal>& Inputs() {
    static const std::vector<Formal> inputs = {kFloats, kInts};
    return inputs;
  }
  static const std::vector<Formal>& Outputs() {
    static const std::vector<Formal> outputs = {kFloats, {kInt64}};
    return outputs;
  }

  explicit TopKOp(const KernelInfo& info) : kernel(&Pick(info.SessionMode(), TopKParams{})) {}

  void Compute(const KernelContext& context) const {
    TopKParams params;
    Tensor logits = context.Input(0, "logits", kFloat, {kAny, kAny});  // [n, vocab]
    params.logits = logits.as<float>();
    params.n = logits.dims[0];
    params.vocab = logits.dims[1];
    params.k = *context.Ints(1, "top_k", {1});  // [1]
    Require(params.k >= 0 && params.k <= params.vocab, "top_k: expected 0 to ", params.vocab, ", found ", params.k);
    params.values = context.Output<float>(0, {params.n, params.k});  // [n, k]
    params.ids = context.Output<int64_t>(1, {params.n, params.k});   // [n, k]
    SessionThreads threads(context);
    if (params.n > 0 && params.k > 0) kernel->run(params, threads);
  }

  const Kernel<TopKParams>* kernel;
};

}  // namespace

const OrtCustomOp* TopK() {
  static const CustomOp<TopKOp> op;
  return &op;
}

}  // namespace deltaport
