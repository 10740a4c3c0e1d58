// One function for each PTX operation; test/cuda_shim/ptx.h has their twins in C++.
#pragma once

#include "cuda/device/base.h"

#ifndef __CUDACC_RTC__

#include "cuda_shim/ptx.h"

#else

namespace deltaport::cuda {

// d [16, 8] += a [16, 16] b [16, 8], bfloat16 pairs with float32 sums. With g = lane / 4 and t = lane % 4, a lane holds
// a: rows g, g + 8, g, g + 8 at columns 2t, 2t, 2t + 8, 2t + 8 (and the next); b: rows 2t, 2t + 8 of column g;
// d: row g at columns 2t, 2t + 1, then row g + 8.
DEVICE void MmaBf16(float* d, const uint32_t* a, const uint32_t* b) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Four 8 x 8 matrices of 16-bit elements from shared memory: lane i gives the address of row i % 8 of matrix i / 8, and
// gets elements 2t and 2t + 1 of row g of each.
DEVICE void LoadMatrices(uint32_t* to, const void* row) {
  uint32_t address = static_cast<uint32_t>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(address));
}

// The same, each matrix transposed: a lane gets rows 2t and 2t + 1 of column g.
DEVICE void LoadMatricesTransposed(uint32_t* to, const void* row) {
  uint32_t address = static_cast<uint32_t>(__cvta_generic_to_shared(row));
  asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
               : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
               : "r"(address));
}

}  // namespace deltaport::cuda

#endif
