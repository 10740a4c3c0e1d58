// cos and sin of every token's position: one block a sequence.
#include "cuda/args.h"
#include "cuda/device/base.h"

namespace deltaport::cuda {

// Positions of a sequence, at most, plus one; in every thread.
DEVICE int64_t LengthOf(const RotaryTableArgs& a, int begin, int end, int64_t* lengths) {
  int64_t length = 0;
  for (int t = begin + Thread(); t < end; t += Threads()) length = max(length, a.positions[t] + 1);
  lengths[Thread()] = length;
  __syncthreads();
  for (int i = 0; i < Threads(); i++) length = max(length, lengths[i]);
  return length;
}

// _compute_dynamic_ntk_parameters with a tensor length: float32 throughout.
DEVICE float DynamicFrequency(const RotaryTableArgs& a, int64_t length, int i) {
  float stretch = a.factor * static_cast<float>(length) / static_cast<float>(a.original_max) - (a.factor - 1.0f);
  float base = a.theta * powf(stretch, a.exponent);
  return 1.0f / powf(base, static_cast<float>(2 * i) / a.dim);
}

KERNEL(rotary_table, RotaryTableArgs, 128) {
  SHARED(int64_t, lengths, 128);
  int begin = a.cu_seq_lens[blockIdx.x];
  int end = a.cu_seq_lens[blockIdx.x + 1];
  int64_t length = a.original_max > 0 ? LengthOf(a, begin, end, lengths) : 0;
  bool longer = length > a.original_max;
  const float* frequencies = a.inv_freq + (longer && !a.dynamic ? a.half : 0);
  for (int i = Thread(); i < (end - begin) * a.half; i += Threads()) {
    int t = begin + i / a.half;
    int column = i % a.half;
    float frequency = longer && a.dynamic ? DynamicFrequency(a, length, column) : frequencies[column];
    float angle = static_cast<float>(a.positions[t]) * frequency;
    float* row = a.cos_sin + static_cast<int64_t>(t) * 2 * a.half;
    row[column] = cosf(angle) * a.attention_factor;
    row[a.half + column] = sinf(angle) * a.attention_factor;
  }
}

}  // namespace deltaport::cuda
