// What GatherRows and TakeRows read of a run.
#pragma once

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

// Which rows, input `index`, and the output they go to.
inline void ReadRows(const ort::KernelContext& context, size_t index, GatherRowsParams& params) {
  ort::Tensor rows = context.Input(index, "rows", ort::kInt64, {ort::kAny});  // [m]
  params.rows = rows.as<int64_t>();
  params.m = rows.dims[0];
  for (int64_t i = 0; i < params.m; i++) {
    Require(params.rows[i] >= 0 && params.rows[i] < params.table.out, "rows: expected 0 to ", params.table.out - 1,
            ", found ", params.rows[i], " at ", i);
  }
  params.y = context.Output<float>(0, {params.m, params.table.in});  // [m, width]
}

}  // namespace deltaport
