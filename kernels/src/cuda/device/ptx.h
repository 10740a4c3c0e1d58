// One function for each PTX operation; test/cuda_shim/ptx.h has their twins in C++.
#pragma once

#include "cuda/args.h"
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

// a b of two pairs of bfloat16 numbers, rounded.
DEVICE uint32_t MultiplyBf16Pairs(uint32_t a, uint32_t b) {
  uint32_t product;
  asm("fma.rn.bf16x2 %0, %1, %2, %3;" : "=r"(product) : "r"(a), "r"(b), "r"(0x80008000u));  // - 0
  return product;
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

// Starts a copy of 16 bytes to shared memory past the registers, zeros where `there` is false.
DEVICE void CopyAsync16(void* to, const void* from, bool there) {
  uint32_t address = static_cast<uint32_t>(__cvta_generic_to_shared(to));
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;"
               :
               : "r"(address), "l"(__cvta_generic_to_global(from)), "r"(there ? 16 : 0)
               : "memory");
}

// The same of 4 bytes that are there.
DEVICE void CopyAsync4(void* to, const void* from) {
  uint32_t address = static_cast<uint32_t>(__cvta_generic_to_shared(to));
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4;"
               :
               : "r"(address), "l"(__cvta_generic_to_global(from))
               : "memory");
}

// The copies that this thread started since the last call are a group.
DEVICE void CommitCopies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits for this thread's groups but the newest kNewest.
template <int kNewest>
DEVICE void WaitForCopies() {
  asm volatile("cp.async.wait_group %0;" ::"n"(kNewest) : "memory");
}

#ifdef __CUDA_ARCH_FEAT_SM90_ALL
#define HAS_WGMMA

// What generic writes put into shared memory is seen by wgmma.
DEVICE void FenceAsyncProxy() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

// What was written into the sums' registers is seen by wgmma.
DEVICE void FenceWgmma() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }

// Where rows of 128 bytes lie in shared memory, with the 128-byte swizzle: eight of them are 1,024 bytes on 1,024
// bytes, and piece p (16 bytes) of row r lies at p ^ r % 8.
DEVICE uint64_t SwizzledRows(const void* rows) {
  uint64_t address = static_cast<uint32_t>(__cvta_generic_to_shared(rows));
  return address >> 4 | uint64_t{1} << 16 | uint64_t{1024 >> 4} << 32 | uint64_t{1} << 62;
}

#define FOUR_SUMS(i) "+f"(d[i]), "+f"(d[i + 1]), "+f"(d[i + 2]), "+f"(d[i + 3])
#define SIXTEEN_SUMS(i) FOUR_SUMS(i), FOUR_SUMS(i + 4), FOUR_SUMS(i + 8), FOUR_SUMS(i + 12)

// Starts d [64, 256] += a [64, 16] b [16, 256] by a warpgroup; a and b are 16 columns of SwizzledRows: rows of a,
// columns of b. Warp w of the four has rows 16 w and on: d [4 n] to d [4 n + 3] is what MmaBf16 has of columns 8 n and
// on.
DEVICE void WgmmaBf16(float* d, const void* a, const void* b) {
  asm volatile(
      "wgmma.mma_async.sync.aligned.m64n256k16.f32.bf16.bf16 {"
      "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
      "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, "
      "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "
      "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63, "
      "%64, %65, %66, %67, %68, %69, %70, %71, %72, %73, %74, %75, %76, %77, %78, %79, "
      "%80, %81, %82, %83, %84, %85, %86, %87, %88, %89, %90, %91, %92, %93, %94, %95, "
      "%96, %97, %98, %99, %100, %101, %102, %103, %104, %105, %106, %107, %108, %109, %110, %111, "
      "%112, %113, %114, %115, %116, %117, %118, %119, %120, %121, %122, %123, %124, %125, %126, %127}, "
      "%128, %129, 1, 1, 1, 0, 0;"
      : SIXTEEN_SUMS(0), SIXTEEN_SUMS(16), SIXTEEN_SUMS(32), SIXTEEN_SUMS(48), SIXTEEN_SUMS(64), SIXTEEN_SUMS(80),
        SIXTEEN_SUMS(96), SIXTEEN_SUMS(112)
      : "l"(SwizzledRows(a)), "l"(SwizzledRows(b)));
}

#undef SIXTEEN_SUMS
#undef FOUR_SUMS

// The products that this warpgroup started since the last call are a group.
DEVICE void CommitWgmma() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }

// Waits for all groups but the newest kNewest; d: the sums, which may be read when none is left.
template <int kNewest>
DEVICE void WaitForWgmma(float* d) {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(kNewest) : "memory");
  if constexpr (kNewest == 0) {
    UNROLL
    for (int i = 0; i < kWgmmaSums; i++) asm volatile("" : "+f"(d[i])::"memory");
  }
}

#endif

}  // namespace deltaport::cuda

#endif
