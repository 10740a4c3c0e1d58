#include "core/activation.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace deltaport {
namespace {

struct Name {
  const char* name;
  Activation activation;
};

constexpr Name kNames[] = {
    {"gelu", Activation::kGelu},
    {"gelu_10", Activation::kGelu10},
    {"gelu_accurate", Activation::kGeluTanh},
    {"gelu_fast", Activation::kGeluFast},
    {"gelu_new", Activation::kGeluTanh},
    {"gelu_python", Activation::kGelu},
    {"gelu_python_tanh", Activation::kGeluTanh},
    {"gelu_pytorch_tanh", Activation::kGeluTanh},
    {"hardswish", Activation::kHardswish},
    {"laplace", Activation::kLaplace},
    {"leaky_relu", Activation::kLeakyRelu},
    {"linear", Activation::kLinear},
    {"mish", Activation::kMish},
    {"quick_gelu", Activation::kQuickGelu},
    {"relu", Activation::kRelu},
    {"relu2", Activation::kRelu2},
    {"relu6", Activation::kRelu6},
    {"sigmoid", Activation::kSigmoid},
    {"silu", Activation::kSilu},
    {"sqrtsoftplus", Activation::kSqrtSoftplus},
    {"swish", Activation::kSilu},
    {"tanh", Activation::kTanh},
};

float Gelu(float x) { return 0.5f * x * (1.0f + std::erf(x * 0.70710678118654752f)); }

float GeluTanh(float x) { return 0.5f * x * (1.0f + std::tanh(0.79788456080286536f * (x + 0.044715f * x * x * x))); }

float GeluFast(float x) { return 0.5f * x * (1.0f + std::tanh(x * 0.7978845608f * (1.0f + 0.044715f * x * x))); }

float Laplace(float x) { return 0.5f * (1.0f + std::erf((x - 0.707107f) / (0.282095f * 1.4142135623730951f))); }

}  // namespace

Activation ParseActivation(const std::string& name) {
  for (const Name& known : kNames) {
    if (name == known.name) return known.activation;
  }
  Fail("activation '", name, "' is not supported");
}

float Sigmoid(float x) { return 1.0f / (1.0f + std::exp(-x)); }

float Silu(float x) { return x / (1.0f + std::exp(-x)); }

float Softplus(float x) { return x > 20.0f ? x : std::log1p(std::exp(x)); }

float Activate(Activation activation, float x) {
  switch (activation) {
    case Activation::kSilu:
      return Silu(x);
    case Activation::kGelu:
      return Gelu(x);
    case Activation::kGelu10:
      return std::clamp(Gelu(x), -10.0f, 10.0f);
    case Activation::kGeluTanh:
      return GeluTanh(x);
    case Activation::kGeluFast:
      return GeluFast(x);
    case Activation::kQuickGelu:
      return x * Sigmoid(1.702f * x);
    case Activation::kHardswish:
      return x * std::clamp(x + 3.0f, 0.0f, 6.0f) / 6.0f;
    case Activation::kLaplace:
      return Laplace(x);
    case Activation::kLeakyRelu:
      return x > 0.0f ? x : 0.01f * x;
    case Activation::kLinear:
      return x;
    case Activation::kMish:
      return x * std::tanh(Softplus(x));
    case Activation::kRelu:
      return std::max(x, 0.0f);
    case Activation::kRelu2:
      return std::max(x, 0.0f) * std::max(x, 0.0f);
    case Activation::kRelu6:
      return std::clamp(x, 0.0f, 6.0f);
    case Activation::kSigmoid:
      return Sigmoid(x);
    case Activation::kSqrtSoftplus:
      return std::sqrt(Softplus(x));
    case Activation::kTanh:
      return std::tanh(x);
  }
  return x;
}

void ActivateAll(Activation activation, float* x, int64_t n) {
  for (int64_t i = 0; i < n; i++) x[i] = Activate(activation, x[i]);
}

}  // namespace deltaport
