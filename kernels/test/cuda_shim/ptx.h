// The PTX operations of cuda/device/ptx.h in C++.
#pragma once

#include "cuda_shim/shim.h"

namespace deltaport::cuda {

inline void MmaBf16(float* d, const uint32_t* a, const uint32_t* b) {
  uint32_t mine[6] = {a[0], a[1], a[2], a[3], b[0], b[1]};
  const shim::Given& given = shim::Exchange(mine, sizeof(mine), "mma.sync");
  auto element = [&](unsigned lane, unsigned word, unsigned high) {
    uint32_t pair;
    std::memcpy(&pair, given.bytes[lane] + 4 * word, 4);
    return __uint_as_float(high != 0 ? pair & 0xffff0000u : pair << 16);
  };
  unsigned g = threadIdx.x % 32 / 4;
  unsigned t = threadIdx.x % 4;
  for (unsigned i = 0; i < 4; i++) {
    unsigned half = i / 2;  // rows g or g + 8
    unsigned column = 2 * t + i % 2;
    float sum = d[i];
    for (unsigned k = 0; k < 16; k++) {
      unsigned lane = k % 8 / 2;
      sum += element(g * 4 + lane, half + k / 8 * 2, k % 2) * element(column * 4 + lane, 4 + k / 8, k % 2);
    }
    d[i] = sum;
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

}  // namespace deltaport::cuda
