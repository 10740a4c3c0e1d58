// What GatherRows and TakeRows read of a run.
#pragma once

#include "cuda/step_tables.h"
#include "ops/gather_rows/kernel.h"
#include "ort/kernel_context.h"

namespace deltaport {

// Input 0 as a table of activations.
inline void ReadActivations(const ort::KernelContext& context, const char* name, WeightView& table) {
  ort::Tensor tensor = context.Input(0, name, ort::kFloat, {ort::kAny, ort::kAny});  // [n, width]
  Require(tensor.dims[1] > 0, name, ": rows of no width");
  table.out = tensor.dims[0];
  table.in = tensor.dims[1];
  table.data = tensor.data;
}

// Rows [m] lie in a table of `out` rows.
inline void CheckIndexes(const int64_t* rows, int64_t m, int64_t out) {
  for (int64_t i = 0; i < m; i++) {
    Require(rows[i] >= 0 && rows[i] < out, "rows: expected 0 to ", out - 1, ", found ", rows[i], " at ", i);
  }
}

// The same of a replayed step: m, out, offset.
inline void CheckIndexesAgain(const cuda::StepTables& tables, const cuda::StepNumbers& numbers) {
  CheckIndexes(tables.Host<int64_t>(numbers[2]), numbers[0], numbers[1]);
}

// Which rows, input `index`, and the output they go to.
inline void ReadRows(const ort::KernelContext& context, size_t index, GatherRowsParams& params) {
  ort::Tensor rows = context.Input(index, "rows", ort::kInt64, {ort::kAny});  // [m]
  params.rows = rows.as<int64_t>();
  params.m = rows.dims[0];
  CheckIndexes(params.rows, params.m, params.table.out);
  params.y = context.Output<float>(0, {params.m, params.table.in});  // [m, width]
}

}  // namespace deltaport
