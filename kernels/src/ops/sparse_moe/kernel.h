// Router softmax, top-k, the selected experts and the shared expert (Qwen3NextSparseMoeBlock).
#pragma once

#include "core/activation.h"
#include "core/dispatch.h"
#include "matmul/mlp.h"

namespace deltaport {

struct SparseMoeParams {
  const float* x = nullptr;                   // [tokens, hidden]
  WeightView router;                          // [experts, hidden], plain
  const float* shared_expert_gate = nullptr;  // [hidden]
  const MlpView* mlps = nullptr;              // [experts + 1], the last is the shared expert
  float* y = nullptr;                         // [tokens, hidden]
  float* router_logits = nullptr;             // [tokens, experts] or null
  int64_t tokens = 0;
  int64_t top_k = 0;
  bool norm_topk_prob = false;
  Activation activation = Activation::kSilu;

  int64_t experts() const { return router.out; }
  int64_t hidden() const { return router.in; }
};

void SparseMoeReference(const SparseMoeParams& params, Parallel& parallel);

// The twins made of register tiles (matmul/matmul_kernel.h), one a level that has forms.
std::vector<Kernel<SparseMoeParams>> SparseMoeTiled();

template <>
const std::vector<Kernel<SparseMoeParams>>& Kernels<SparseMoeParams>();

}  // namespace deltaport
