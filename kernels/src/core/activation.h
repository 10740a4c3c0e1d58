// Hugging Face `hidden_act` names (transformers activations.py), those without learnt parameters.
#pragma once

#include <cstdint>
#include <string>

#include "core/activation_kind.h"

namespace deltaport {

// Throws on an unknown name.
Activation ParseActivation(const std::string& name);

float Activate(Activation activation, float x);
void ActivateAll(Activation activation, float* x, int64_t n);  // x [n], in place

float Sigmoid(float x);
float Silu(float x);
float Softplus(float x);  // torch's: x itself above 20

}  // namespace deltaport
