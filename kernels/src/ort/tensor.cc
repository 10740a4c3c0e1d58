#include "ort/tensor.h"

#include "core/sizes.h"

namespace deltaport::ort {
namespace {

const char* TypeName(int32_t type) {
  switch (type) {
    case kAnyType:
      return "any type";
    case kFloat:
      return "float32";
    case kUint8:
      return "uint8";
    case kInt8:
      return "int8";
    case kInt32:
      return "int32";
    case kInt64:
      return "int64";
    case kFloat16:
      return "float16";
    case kBfloat16:
      return "bfloat16";
    case kFloat8E4M3Fn:
      return "float8e4m3fn";
    default:
      return "another type";
  }
}

}  // namespace

int64_t Tensor::count() const {
  int64_t n = 1;
  for (int64_t dim : dims) n = Multiply(n, dim);
  return n;
}

bool Tensor::has_shape(const std::vector<int64_t>& wanted) const {
  if (wanted.size() != dims.size()) return false;
  for (size_t i = 0; i < dims.size(); i++) {
    if (wanted[i] != kAny && wanted[i] != dims[i]) return false;
  }
  return true;
}

std::string Describe(int32_t type, const std::vector<int64_t>& dims) {
  std::ostringstream text;
  text << TypeName(type) << " [";
  for (size_t i = 0; i < dims.size(); i++) {
    if (i > 0) text << ", ";
    if (dims[i] == kAny) {
      text << '*';
    } else {
      text << dims[i];
    }
  }
  text << ']';
  return text.str();
}

void Expect(const Tensor& tensor, const char* name, int32_t type, const std::vector<int64_t>& dims) {
  if (tensor.type == type && tensor.has_shape(dims)) return;
  Fail(name, ": expected ", Describe(type, dims), ", found ", Describe(tensor.type, tensor.dims));
}

bool IsPlainType(int32_t type) { return type == kFloat || type == kFloat16 || type == kBfloat16; }

std::vector<float> WidenPlain(const Tensor& tensor, const char* name, const std::vector<int64_t>& dims) {
  if (!IsPlainType(tensor.type) || !tensor.has_shape(dims)) {
    Fail(name, ": expected float32, float16 or bfloat16 ", Describe(kAnyType, dims).substr(9), ", found ",
         Describe(tensor.type, tensor.dims));
  }
  std::vector<float> values(static_cast<size_t>(tensor.count()));
  for (size_t i = 0; i < values.size(); i++) {
    values[i] = LoadPlain(static_cast<Format>(tensor.type), tensor.data, static_cast<int64_t>(i));
  }
  return values;
}

}  // namespace deltaport::ort
