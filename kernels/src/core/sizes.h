// Sizes that come from strangers: every product and sum is checked.
#pragma once

#include <cstdint>

#include "core/error.h"

namespace deltaport {

inline int64_t Multiply(int64_t a, int64_t b) {
  int64_t product = 0;
  Require(a >= 0 && b >= 0 && !__builtin_mul_overflow(a, b, &product), "size overflows: ", a, " * ", b);
  return product;
}

template <class... More>
int64_t Multiply(int64_t a, int64_t b, More... more) {
  return Multiply(Multiply(a, b), more...);
}

inline int64_t Add(int64_t a, int64_t b) {
  int64_t sum = 0;
  Require(a >= 0 && b >= 0 && !__builtin_add_overflow(a, b, &sum), "size overflows: ", a, " + ", b);
  return sum;
}

constexpr int64_t CeilDiv(int64_t a, int64_t b) { return a / b + (a % b != 0); }

}  // namespace deltaport
