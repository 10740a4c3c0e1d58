// The three inputs of a weight (docs/ops.md: W) as a checked WeightView.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "core/dispatch.h"
#include "ort/kernel_info.h"

namespace deltaport::ort {

using Codebook = std::array<float, 16>;

struct WeightTensors {
  Tensor weight;
  std::optional<Tensor> scales;
  std::optional<Tensor> zero_points;
};

// How a weight lies in its tensors, as a node's attributes say.
struct Storage {
  Format format;
  int64_t block_out = 0;
  int64_t block_in = 0;
  const Codebook* codebook = nullptr;  // int4 only
  float factor = 1;                    // fp4 only
};

// The one weight of an op.
struct Matrix {
  std::unique_ptr<const Codebook> codebook;  // int4 only
  WeightView view;                           // [out, in]
};

// The format of a code of docs/ops.md; `name` is the attribute it came from.
Format ParseFormat(const char* name, int64_t code);

// The same of the scales of a weight, kNone where it has none.
Format ParseScaleFormat(const char* name, int64_t code);

// Reads inputs first, first + 1 and first + 2 of a node, all initializers.
WeightTensors ReadWeight(const KernelInfo& info, size_t first, const char* name);

// Checks types, shapes and blocks; out and in may be kAny where the weight itself says them (a packed one needs `in`).
WeightView View(const WeightTensors& tensors, const char* name, const Storage& storage, int64_t out, int64_t in);

// The same inputs by the attributes `format` and `block`, where int4 also `codebook`, where fp4 `factor`, where either
// `in`.
Matrix ReadMatrix(const KernelInfo& info, size_t first, const char* name);

// The values that codes of a format stand for, null where it has no codes.
const float* ValuesOf(Format format, const Codebook* codebook);

// The attribute `factors`, one a weight of these formats: finite and above 0 where it is fp4, else 1. Without fp4 there
// is no such attribute.
std::vector<float> ReadFactors(const KernelInfo& info, const std::vector<Format>& formats);

// The codebook attribute where a weight is int4, else null; finite.
std::unique_ptr<const Codebook> ReadCodebook(const KernelInfo& info, bool is_int4);

// Fails unless a format may have scales of this format and these blocks.
void CheckQuantization(const char* name, Format format, Format scale_format, int64_t block_out, int64_t block_in);

}  // namespace deltaport::ort
