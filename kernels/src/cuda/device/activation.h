// core/activation.cc on the device.
#pragma once

#include "core/activation_kind.h"
#include "cuda/device/base.h"

namespace deltaport::cuda {

DEVICE float Sigmoid(float x) { return Quotient(1.0f, 1.0f + expf(-x)); }
DEVICE float Silu(float x) { return Quotient(x, 1.0f + expf(-x)); }
DEVICE float Softplus(float x) { return x > 20.0f ? x : log1pf(expf(x)); }
DEVICE float Root(float x) { return x > 0.0f ? x * rsqrtf(x) : x; }
DEVICE float Gelu(float x) { return 0.5f * x * (1.0f + erff(x * 0.70710678118654752f)); }
DEVICE float Between(float x, float least, float most) { return x < least ? least : x > most ? most : x; }

DEVICE float Activate(Activation activation, float x) {
  switch (activation) {
    case Activation::kSilu:
      return Silu(x);
    case Activation::kGelu:
      return Gelu(x);
    case Activation::kGelu10:
      return Between(Gelu(x), -10.0f, 10.0f);
    case Activation::kGeluTanh:
      return 0.5f * x * (1.0f + tanhf(0.79788456080286536f * (x + 0.044715f * x * x * x)));
    case Activation::kGeluFast:
      return 0.5f * x * (1.0f + tanhf(x * 0.7978845608f * (1.0f + 0.044715f * x * x)));
    case Activation::kQuickGelu:
      return x * Sigmoid(1.702f * x);
    case Activation::kHardswish:
      return x * Between(x + 3.0f, 0.0f, 6.0f) * (1.0f / 6.0f);
    case Activation::kLaplace:
      return 0.5f * (1.0f + erff((x - 0.707107f) * (1.0f / (0.282095f * 1.4142135623730951f))));
    case Activation::kLeakyRelu:
      return x > 0.0f ? x : 0.01f * x;
    case Activation::kLinear:
      return x;
    case Activation::kMish:
      return x * tanhf(Softplus(x));
    case Activation::kRelu:
      return x < 0.0f ? 0.0f : x;
    case Activation::kRelu2:
      return x < 0.0f ? 0.0f : x * x;
    case Activation::kRelu6:
      return Between(x, 0.0f, 6.0f);
    case Activation::kSigmoid:
      return Sigmoid(x);
    case Activation::kSqrtSoftplus:
      return Root(Softplus(x));
    case Activation::kTanh:
      return tanhf(x);
  }
  return x;
}

}  // namespace deltaport::cuda
