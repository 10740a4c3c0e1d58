// Attributes that several ops share.
#pragma once

#include <cmath>
#include <string>

#include "core/activation.h"
#include "core/error.h"
#include "ort/kernel_info.h"

namespace deltaport::ort {

inline float ReadEpsilon(const KernelInfo& info) {
  float epsilon = info.Float("epsilon");
  Require(std::isfinite(epsilon) && epsilon >= 0, "epsilon: expected a number from 0, found ", epsilon);
  return epsilon;
}

inline Activation ReadActivation(const KernelInfo& info) { return ParseActivation(info.String("activation")); }

inline int32_t ReadLayer(const KernelInfo& info) { return static_cast<int32_t>(info.Int("layer", 0, INT32_MAX)); }

// A dim that a dp_layer holds.
inline int32_t Narrow(const char* name, int64_t dim) {
  Require(dim > 0 && dim <= INT32_MAX, name, ": expected 1 to 2147483647, found ", dim);
  return static_cast<int32_t>(dim);
}

}  // namespace deltaport::ort
