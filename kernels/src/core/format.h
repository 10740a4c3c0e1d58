// The formats of a weight, apart because device code reads them too.
#pragma once

#include <cstdint>

namespace deltaport {

// Values are the format codes of docs/ops.md (ONNX element types; 22 stands for packed uint8).
enum class Format : int32_t { kNone = 0, kF32 = 1, kInt8 = 3, kF16 = 10, kBf16 = 16, kFp8 = 17, kInt4 = 22 };

}  // namespace deltaport
