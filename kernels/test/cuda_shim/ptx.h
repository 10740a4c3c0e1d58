// The PTX operations of cuda/device/ptx.h in C++.
#pragma once

#include "cuda_shim/shim.h"

namespace deltaport::cuda {

#if defined(__SANITIZE_THREAD__)
#define DELTAPORT_UNSEEN __attribute__((no_sanitize_thread))
#else
#define DELTAPORT_UNSEEN
#endif

// The pair of numbers in a word that a lane gave.
DELTAPORT_UNSEEN inline void WidenPair(const unsigned char* given, unsigned word, float* to) {
  uint32_t pair;
  std::memcpy(&pair, given + 4 * word, 4);
  to[0] = __uint_as_float(pair << 16);
  to[1] = __uint_as_float(pair & 0xffff0000u);
}

// Touches no memory of the kernel's.
DELTAPORT_UNSEEN inline void MmaBf16(float* d, const uint32_t* a, const uint32_t* b) {
  uint32_t mine[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
  const shim::Given& given = shim::Exchange(mine, sizeof(mine), "mma.sync");
  unsigned g = threadIdx.x % 32 / 4;
  unsigned t = threadIdx.x % 4;
  float rows[2][16];     // g and g + 8 of a
  float columns[2][16];  // 2t and 2t + 1 of b
  for (unsigned k = 0; k < 16; k += 2) {
    for (unsigned i = 0; i < 2; i++) {
      WidenPair(given.bytes[g * 4 + k % 8 / 2], i + k / 8 * 2, rows[i] + k);
      WidenPair(given.bytes[(2 * t + i) * 4 + k % 8 / 2], 4 + k / 8, columns[i] + k);
    }
  }
  for (unsigned i = 0; i < 4; i++) {
    for (unsigned k = 0; k < 16; k++) d[i] += rows[i / 2][k] * columns[i % 2][k];
  }
}

inline void LoadMatrices(uint32_t* to, const void* row) {
  const shim::Given& given = shim::Exchange(&row, sizeof(row), "ldmatrix");
  unsigned lane = threadIdx.x % 32;
  for (unsigned matrix = 0; matrix < 4; matrix++) {
    const unsigned char* from;
    std::memcpy(&from, given.bytes[matrix * 8 + lane / 4], sizeof(from));
    std::memcpy(to + matrix, from + 4 * (lane % 4), 4);
  }
}

inline void LoadMatricesTransposed(uint32_t* to, const void* row) {
  const shim::Given& given = shim::Exchange(&row, sizeof(row), "ldmatrix.trans");
  unsigned lane = threadIdx.x % 32;
  for (unsigned matrix = 0; matrix < 4; matrix++) {
    uint32_t pair = 0;
    for (unsigned i = 0; i < 2; i++) {
      const unsigned char* from;
      std::memcpy(&from, given.bytes[matrix * 8 + lane % 4 * 2 + i], sizeof(from));
      uint16_t element;
      std::memcpy(&element, from + 2 * (lane / 4), 2);
      pair |= static_cast<uint32_t>(element) << (16 * i);
    }
    to[matrix] = pair;
  }
}

}  // namespace deltaport::cuda
