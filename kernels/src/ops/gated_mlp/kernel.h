// y = (act(x Wgate^T) * (x Wup^T)) Wdown^T (Qwen3NextMLP).
#pragma once

#include "core/activation.h"
#include "core/dispatch.h"
#include "matmul/mlp.h"

namespace deltaport {

struct GatedMlpParams {
  const float* x = nullptr;  // [tokens, hidden]
  MlpView mlp;
  float* y = nullptr;  // [tokens, hidden]
  int64_t tokens = 0;
  Activation activation = Activation::kSilu;
};

void GatedMlpReference(const GatedMlpParams& params, Parallel& parallel);

// The twins made of register tiles (matmul/matmul_kernel.h), one a level that has forms.
std::vector<Kernel<GatedMlpParams>> GatedMlpTiled();

template <>
const std::vector<Kernel<GatedMlpParams>>& Kernels<GatedMlpParams>();

}  // namespace deltaport
