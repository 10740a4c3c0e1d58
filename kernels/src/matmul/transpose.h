// The rows of a mapped weight as words side by side. Compiled for one level: all code hangs on V.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/weight.h"

namespace deltaport {

// Words [begin, end) of the 16 rows of a panel into to [end - begin, 16], a word being 4 bytes of a row; what lies
// beyond the weight becomes zero. Of every 16 words from `begin` on the row has one at least.
template <class V>
void TransposeRows(const WeightView& weight, int64_t panel, int64_t begin, int64_t end, float* to) {
  auto least = [](int64_t a, int64_t b) { return a < b ? a : b; };
  int64_t row_bytes = weight.row_bytes();
  int64_t rows = least(16, weight.out - 16 * panel);
  const uint8_t* from = weight.row(16 * panel);
  int64_t k = begin;
  if (rows == 16) {
    for (; k + 16 <= end && 4 * (k + 16) <= row_bytes; k += 16) {
      // The next panel follows in memory: read it in order, which 16 rows side by side are not.
      const uint8_t* ahead = from + 16 * row_bytes + 64 * k;
      for (int64_t line = 0; line < 16; line++) __builtin_prefetch(ahead + 64 * line, 0, 2);
      V::Transpose(from + 4 * k, row_bytes, to + 16 * (k - begin));
    }
  }
  for (; k < end; k += 16) {
    alignas(64) uint8_t edge[16][64] = {};
    alignas(64) float turned[16][16];
    for (int64_t i = 0; i < rows; i++) {
      std::memcpy(edge[i], from + i * row_bytes + 4 * k, static_cast<size_t>(least(64, row_bytes - 4 * k)));
    }
    V::Transpose(edge[0], 64, turned[0]);
    std::memcpy(to + 16 * (k - begin), turned, static_cast<size_t>(least(16, end - k)) * 64);
  }
}

}  // namespace deltaport
