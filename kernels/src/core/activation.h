// Hugging Face `hidden_act` names (transformers activations.py), those without learnt parameters.
#pragma once

#include <cstdint>
#include <string>

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

// Throws on an unknown name.
Activation ParseActivation(const std::string& name);

float Activate(Activation activation, float x);
void ActivateAll(Activation activation, float* x, int64_t n);  // x [n], in place

float Sigmoid(float x);
float Silu(float x);
float Softplus(float x);  // torch's: x itself above 20

}  // namespace deltaport
