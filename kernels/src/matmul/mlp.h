// Gated MLPs over groups of rows: y = (act(x Wgate^T) * (x Wup^T)) Wdown^T, many of them in two parallel loops.
#pragma once

#include <cstdint>
#include <vector>

#include "core/activation.h"
#include "core/parallel.h"
#include "matmul/matmul_kernel.h"

namespace deltaport {

// Widths may differ between the experts of a layer and its shared expert.
struct MlpView {
  WeightView gate;  // [intermediate, hidden]
  WeightView up;    // [intermediate, hidden]
  WeightView down;  // [hidden, intermediate]
};

// The forms of an MLP's products; null where the level has none.
struct MlpForms {
  MlpForms(Isa isa, Compute compute, const MlpView& mlp);
  bool found() const { return inner != nullptr && outer != nullptr; }

  const MatmulKernel* inner;  // gate and up
  const MatmulKernel* outer;  // down
};

// Whether fast mode has forms of its own for the MLP.
bool HasFastMatmulKernel(Isa isa, const MlpView& mlp);

// Rows that go through one MLP.
struct MlpGroup {
  const MlpView* mlp;
  MlpForms forms;
  int64_t begin;  // first of its rows in `tokens` and in y
  int64_t rows;
};

// y [sum of rows, hidden]; row i of a group reads row tokens[begin + i] of x [any, hidden]; tokens null: row begin + i.
void RunMlps(const std::vector<MlpGroup>& groups, const float* x, const int32_t* tokens, Activation activation,
             float* y, Parallel& parallel);

}  // namespace deltaport
