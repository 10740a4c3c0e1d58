// The PTX operations of cuda/device/ptx.h in C++.
#pragma once

#include "cuda/args.h"
#include "cuda_shim/shim.h"

namespace deltaport::cuda {

#if defined(__SANITIZE_THREAD__)
#define DELTAPORT_UNSEEN __attribute__((no_sanitize_thread))
#else
#define DELTAPORT_UNSEEN
#endif

// Exact products only.
inline uint32_t MultiplyBf16Pairs(uint32_t a, uint32_t b) {
  uint32_t low = __float_as_uint(__uint_as_float(a << 16) * __uint_as_float(b << 16));
  uint32_t high = __float_as_uint(__uint_as_float(a & 0xffff0000u) * __uint_as_float(b & 0xffff0000u));
  return low >> 16 | (high & 0xffff0000u);
}

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

// Until a copy is waited for, what it writes is NaN.
inline void CopyAsync16(void* to, const void* from, bool there) {
  std::memset(to, 0xff, 16);
  shim::StartLater(shim::Work::kCopy, [=] {
    if (there) {
      std::memcpy(to, from, 16);
    } else {
      std::memset(to, 0, 16);
    }
  });
}

inline void CopyAsync4(void* to, const void* from) {
  std::memset(to, 0xff, 4);
  shim::StartLater(shim::Work::kCopy, [=] { std::memcpy(to, from, 4); });
}

inline void CommitCopies() { shim::CloseGroup(shim::Work::kCopy); }

template <int kNewest>
void WaitForCopies() {
  shim::WaitForGroups(shim::Work::kCopy, kNewest);
}

#define HAS_WGMMA

inline void FenceAsyncProxy() {}
inline void FenceWgmma() {}

// Number k of a row of 128 bytes of those with the 128-byte swizzle.
inline float SwizzledAt(const void* rows, unsigned row, unsigned k) {
  uintptr_t address = reinterpret_cast<uintptr_t>(rows) + 128 * row + 2 * k;
  address ^= (address >> 7 & 7) << 4;
  uint16_t bits;
  std::memcpy(&bits, reinterpret_cast<const void*>(address), 2);
  return __uint_as_float(static_cast<uint32_t>(bits) << 16);
}

// Reads a and b, and writes d, when it is waited for; until then d is NaN.
inline void WgmmaBf16(float* d, const void* a, const void* b) {
  float* sums = shim::Hold(d, kWgmmaSums);
  shim::StartLater(shim::Work::kWgmma, [=] {
    unsigned first = threadIdx.x % 128 / 32 * 16 + threadIdx.x % 32 / 4;
    float rows[2][16];
    for (unsigned k = 0; k < 16; k++) {
      rows[0][k] = SwizzledAt(a, first, k);
      rows[1][k] = SwizzledAt(a, first + 8, k);
    }
    for (unsigned n = 0; n < kWgmmaSums / 4; n++) {
      for (unsigned i = 0; i < 2; i++) {
        float* to = sums + 4 * n + i;
        for (unsigned k = 0; k < 16; k++) {
          float value = SwizzledAt(b, 8 * n + threadIdx.x % 4 * 2 + i, k);
          to[0] += rows[0][k] * value;
          to[2] += rows[1][k] * value;
        }
      }
    }
    shim::Release(d);
  });
}

inline void CommitWgmma() { shim::CloseGroup(shim::Work::kWgmma); }

template <int kNewest>
void WaitForWgmma(float*) {
  shim::WaitForGroups(shim::Work::kWgmma, kNewest);
}

}  // namespace deltaport::cuda
