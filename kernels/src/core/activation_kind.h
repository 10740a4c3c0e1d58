// The activations of core/activation.h, apart because device code reads them too.
#pragma once

namespace deltaport {

enum class Activation {
  kSilu,
  kGelu,
  kGelu10,
  kGeluTanh,
  kGeluFast,
  kQuickGelu,
  kHardswish,
  kLaplace,
  kLeakyRelu,
  kLinear,
  kMish,
  kRelu,
  kRelu2,
  kRelu6,
  kSigmoid,
  kSqrtSoftplus,
  kTanh,
};

}  // namespace deltaport
