// A tensor of ONNX Runtime as an op sees it: type, shape, bytes.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "core/weight.h"
#include "ort/abi.h"

namespace deltaport::ort {

constexpr int64_t kAny = -1;  // a dim that a check leaves open

struct Tensor {
  int32_t type = kAnyType;
  std::vector<int64_t> dims;
  const uint8_t* data = nullptr;

  int64_t count() const;  // elements; throws if it overflows
  bool has_shape(const std::vector<int64_t>& wanted) const;
  template <class T>
  const T* as() const {
    return reinterpret_cast<const T*>(data);
  }
};

std::string Describe(int32_t type, const std::vector<int64_t>& dims);  // "float32 [*, 128]"
void Expect(const Tensor& tensor, const char* name, int32_t type, const std::vector<int64_t>& dims);
// f32, f16 or bf16.
bool IsPlainType(int32_t type);
std::vector<float> WidenPlain(const Tensor& tensor, const char* name, const std::vector<int64_t>& dims);

}  // namespace deltaport::ort
