// The k largest logits of each row, in order: one block a row. The k best keys are found digit by digit, collected and
// sorted. A key holds the logit (NaN above everything), then the id (the lower the better), so no two are equal.
#include "cuda/args.h"
#include "cuda/device/base.h"

namespace deltaport::cuda {

constexpr int kDigits = 256;

DEVICE uint64_t KeyOf(float logit, int64_t id) {
  uint32_t bits = __float_as_uint(logit);
  uint32_t order = 0xffffffffu;  // NaN
  if (logit == logit) {
    if (logit == 0.0f) bits = 0;  // -0 = 0
    order = bits & 0x80000000u ? ~bits : bits | 0x80000000u;
  }
  return static_cast<uint64_t>(order) << 32 | (0xffffffffu - static_cast<uint32_t>(id));
}

// What is known of the k-th key: its digits above `shift`, and how many keys with these digits are still wanted.
struct Selected {
  uint64_t prefix;
  int wanted;
  int in_digit;  // keys with the prefix
};

// Narrows the k-th key down by one digit.
DEVICE void SelectDigit(const float* logits, int64_t vocab, int shift, int* counts, Selected* selected) {
  for (int i = Thread(); i < kDigits; i += Threads()) counts[i] = 0;
  __syncthreads();
  uint64_t prefix = selected->prefix;
  for (int64_t i = Thread(); i < vocab; i += Threads()) {
    uint64_t key = KeyOf(logits[i], i);
    bool same = shift == 56 || key >> (shift + 8) == prefix >> (shift + 8);
    if (same) atomicAdd(&counts[(key >> shift) & 255u], 1);
  }
  __syncthreads();
  if (Thread() == 0) {
    int digit = kDigits - 1;
    while (counts[digit] < selected->wanted) selected->wanted -= counts[digit--];
    selected->prefix |= static_cast<uint64_t>(digit) << shift;
    selected->in_digit = counts[digit];
  }
  __syncthreads();
}

// Sorts n keys, a power of two, the largest first.
DEVICE void SortKeys(uint64_t* keys, int64_t n) {
  for (int64_t size = 2; size <= n; size *= 2) {
    for (int64_t stride = size / 2; stride > 0; stride /= 2) {
      __syncthreads();
      for (int64_t i = Thread(); i < n / 2; i += Threads()) {
        int64_t low = i / stride * 2 * stride + i % stride;
        int64_t high = low + stride;
        bool falling = (low & size) == 0;
        if ((keys[low] < keys[high]) == falling) {
          uint64_t key = keys[low];
          keys[low] = keys[high];
          keys[high] = key;
        }
      }
    }
  }
  __syncthreads();
}

KERNEL(top_k, TopKArgs, 1024) {
  SHARED(int, counts, kDigits);
  SHARED(Selected, selected, 1);
  SHARED(int, found, 1);
  int64_t row = blockIdx.x;
  const float* logits = a.logits + row * a.vocab;
  uint64_t* keys = a.keys + row * a.capacity;
  if (Thread() == 0) {
    *selected = {0, static_cast<int>(a.k), 0};
    *found = 0;
  }
  __syncthreads();
  int shift = 64;
  do {
    shift -= 8;
    SelectDigit(logits, a.vocab, shift, counts, selected);
  } while (shift > 0 && selected->in_digit > selected->wanted);
  uint64_t least = selected->prefix >> shift;
  for (int64_t i = Thread(); i < a.vocab; i += Threads()) {
    uint64_t key = KeyOf(logits[i], i);
    if (key >> shift >= least) keys[atomicAdd(found, 1)] = key;
  }
  for (int64_t i = a.k + Thread(); i < a.capacity; i += Threads()) keys[i] = 0;
  SortKeys(keys, a.capacity);
  for (int64_t i = Thread(); i < a.k; i += Threads()) {
    int64_t id = 0xffffffffu - static_cast<uint32_t>(keys[i]);
    a.ids[row * a.k + i] = id;
    a.values[row * a.k + i] = logits[id];
  }
}

}  // namespace deltaport::cuda
