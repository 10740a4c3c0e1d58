// What this machine can do at most: the yardstick of every benchmark, measured by loops that do nothing else.
#pragma once

#include <cstdint>

#include "core/parallel.h"

namespace deltaport {

// Per second, of all threads together; 0 where the CPU has no such instruction.
struct Limits {
  double read_bytes = 0;  // streamed from memory in 2 MiB pages
  double f32_flops = 0;   // fused multiply-add, two operations each
  double bf16_flops = 0;  // vdpbf16ps
  double int8_ops = 0;    // vpdpbusd, sdot
};

// A clock for loops on these threads, in seconds: where there is only the calling one, that thread's own time, which
// other work on the machine disturbs less.
double SecondsOf(const Parallel& parallel);

// Takes about a quarter of a second.
Limits MeasureLimits(Parallel& parallel);

// Loops of one level: n rounds of independent operations, which end in `sink` [16]; the result says how many
// operations a round has.
using PeakLoop = int64_t (*)(int64_t n, float* sink);
using ReadLoop = void (*)(const float* from, int64_t floats, float* sink);  // a multiple of 256 floats

int64_t Avx2Fma(int64_t n, float* sink);
int64_t Avx512Fma(int64_t n, float* sink);
int64_t Avx512Bf16Dot(int64_t n, float* sink);
int64_t Avx512VnniDot(int64_t n, float* sink);
int64_t NeonFma(int64_t n, float* sink);
int64_t NeonDot(int64_t n, float* sink);  // of bytes
void Avx2Read(const float* from, int64_t floats, float* sink);
void Avx512Read(const float* from, int64_t floats, float* sink);
void NeonRead(const float* from, int64_t floats, float* sink);

}  // namespace deltaport
