// CUDA device code as C++: one fiber a thread, one block after the other. Included by cuda/device/base.h where NVRTC
// does not compile it. Covers what a CPU can see: results, races inside a block (by greedy orders and ThreadSanitizer),
// missing waits, overruns of shared memory (AddressSanitizer), barriers that part of a block misses. Not covered: races
// between blocks, weak memory order, rounding of the device's own functions, speed.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>

#define DEVICE inline
#define KERNEL(name, Args, ...) inline void name(const Args& a)
#define SHARED(T, name, n)         \
  static const char key##name = 0; \
  T* const name = static_cast<T*>(deltaport::shim::SharedArray(&key##name, sizeof(T) * (n)))
#define SHARED_OF_LAUNCH(T, name) T* const name = static_cast<T*>(deltaport::shim::SharedOfLaunch())
#define UNROLL
#define KEEP_LOOP

namespace deltaport::shim {

struct Dim {
  unsigned x = 1;
  unsigned y = 1;
  unsigned z = 1;
};

// Which thread runs on at a barrier. kInTurn: all in turn. kForward, kBackward: greedily, the first (last) thread that
// can, so that one warp gets as far ahead of the others as barriers allow.
enum class Order { kInTurn, kForward, kBackward };

// Runs a kernel over a grid of blocks of `threads` threads; shared memory starts as NaN. Throws where threads of a
// block wait for each other for ever.
void RunGrid(Order order, const Dim& grid, int threads, int64_t shared_bytes, const std::function<void()>& kernel);

// What device code calls.
const Dim& ThreadIndex();
const Dim& BlockIndex();
const Dim& BlockSize();
void* SharedArray(const void* key, size_t bytes);
void* SharedOfLaunch();
void SyncThreads();
void SyncWarp();

// Work of a thread that goes on beside it, in groups: it is done when the thread waits for its group, as late as it
// may.
enum class Work { kCopy, kWgmma };
void StartLater(Work kind, std::function<void()> work);
void CloseGroup(Work kind);
void WaitForGroups(Work kind, size_t newest);  // for all but so many
// `numbers` [n] of a thread while such work changes them: they are NaN until they have been released as often as held.
float* Hold(float* numbers, size_t n);  // where they are in the meantime
void Release(float* numbers);

constexpr size_t kMostBytes = 64;  // that a lane gives
struct Given {
  unsigned char bytes[32][kMostBytes];  // of each lane
};
// Gives up to 64 bytes of this lane and returns those of all, once all lanes of the warp have called.
const Given& Exchange(const void* bytes, size_t size, const char* what);

template <class T>
T Shuffle(T value, unsigned lane, const char* what) {
  T other;
  std::memcpy(&other, Exchange(&value, sizeof(T), what).bytes[lane % 32], sizeof(T));
  return other;
}

}  // namespace deltaport::shim

#define threadIdx (deltaport::shim::ThreadIndex())
#define blockIdx (deltaport::shim::BlockIndex())
#define blockDim (deltaport::shim::BlockSize())

namespace deltaport::cuda {

inline void __syncthreads() { shim::SyncThreads(); }
inline void __syncwarp() { shim::SyncWarp(); }

template <class T>
T __shfl_xor_sync(unsigned, T value, int lanes) {
  return shim::Shuffle(value, (shim::ThreadIndex().x % 32) ^ static_cast<unsigned>(lanes), "__shfl_xor_sync");
}

template <class T>
T __shfl_sync(unsigned, T value, int lane) {
  return shim::Shuffle(value, static_cast<unsigned>(lane), "__shfl_sync");
}

// What __shfl_xor_sync makes of 16, 8, 4, 2, 1 lanes in turn, in one exchange.
template <class Join>
float Butterfly(float value, const char* what, const Join& join) {
  const shim::Given& given = shim::Exchange(&value, sizeof(value), what);
  float values[32];
  for (int lane = 0; lane < 32; lane++) std::memcpy(&values[lane], given.bytes[lane], sizeof(float));
  for (int lanes = 16; lanes > 0; lanes /= 2) {
    for (int lane = 0; lane < lanes; lane++) values[lane] = join(values[lane], values[lane + lanes]);
  }
  return values[0];
}

inline float WarpSum(float value) {
  return Butterfly(value, "WarpSum", [](float a, float b) { return a + b; });
}
inline float WarpMax(float value) {
  return Butterfly(value, "WarpMax", [](float a, float b) { return std::fmaxf(a, b); });
}
inline float Quotient(float a, float b) { return a / b; }

inline float __uint_as_float(unsigned bits) {
  float value;
  std::memcpy(&value, &bits, 4);
  return value;
}

inline unsigned __float_as_uint(float value) {
  unsigned bits;
  std::memcpy(&bits, &value, 4);
  return bits;
}

struct alignas(16) float4 {
  float x, y, z, w;
};
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};

template <class T>
T atomicAdd(T* to, T value) {
  return __atomic_fetch_add(to, value, __ATOMIC_RELAXED);
}

inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
using std::fmaxf;
using std::fminf;
// Rounded twice where the device rounds once.
inline float fmaf(float a, float b, float c) { return a * b + c; }

template <class T>
T min(T a, T b) {
  return b < a ? b : a;
}
template <class T>
T max(T a, T b) {
  return a < b ? b : a;
}

}  // namespace deltaport::cuda
