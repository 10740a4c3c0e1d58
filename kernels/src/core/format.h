// The formats of a weight, apart because device code reads them too.
#pragma once

#include <cstdint>

namespace deltaport {

// Values are the format codes of docs/ops.md (ONNX element types; 22 and 23 stand for packed uint8, 24 for uint8).
enum class Format : int32_t {
  kNone = 0,
  kF32 = 1,
  kInt8 = 3,
  kF16 = 10,
  kBf16 = 16,
  kFp8 = 17,
  kInt4 = 22,
  kFp4 = 23,
  kE8m0 = 24,  // scales of kFp4 only
};

}  // namespace deltaport
