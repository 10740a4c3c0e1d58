// What a sparse MLP does between its products: choose experts, group rows by expert, add up.
#include "cuda/args.h"
#include "cuda/device/activation.h"
#include "cuda/device/base.h"

namespace deltaport::cuda {

// Softmax over all logits, into p [experts].
DEVICE void SoftmaxOf(const float* logits, int experts, float* p) {
  float largest = logits[0];
  for (int e = Lane(); e < experts; e += kWarp) largest = fmaxf(largest, logits[e]);
  largest = WarpMax(largest);
  float sum = 0;
  for (int e = Lane(); e < experts; e += kWarp) sum += p[e] = expf(logits[e] - largest);
  sum = WarpSum(sum);
  for (int e = Lane(); e < experts; e += kWarp) p[e] /= sum;
}

// The best expert that is not taken (p < 0), ties to the lower, in every lane. NaN is never better.
DEVICE int BestOf(const float* p, int experts) {
  int best = experts;
  float value = 0;
  for (int e = Lane(); e < experts; e += kWarp) {
    if (!(p[e] < 0) && (best == experts || p[e] > value)) {
      best = e;
      value = p[e];
    }
  }
  for (int lanes = kWarp / 2; lanes > 0; lanes /= 2) {
    int other = __shfl_xor_sync(0xffffffffu, best, lanes);
    float other_value = __shfl_xor_sync(0xffffffffu, value, lanes);
    bool better = best == experts || other_value > value || (other < best && !(value > other_value));
    if (other < experts && better) {
      best = other;
      value = other_value;
    }
  }
  return __shfl_sync(0xffffffffu, best, 0);
}

// One warp a token. Shared memory: floats [experts].
KERNEL(route, RouteArgs, 32) {
  SHARED_OF_LAUNCH(float, p);
  int64_t t = blockIdx.x;
  SoftmaxOf(a.logits + t * a.experts, a.experts, p);
  __syncwarp();
  float sum = 0;
  for (int i = 0; i < a.top_k; i++) {
    int best = BestOf(p, a.experts);
    float value = p[best];
    sum += value;
    __syncwarp();
    if (Lane() == 0) {
      p[best] = -1.0f;
      a.experts_of[t * a.top_k + i] = best;
      a.weights[t * a.top_k + i] = value;
    }
    __syncwarp();
  }
  if (a.norm_topk_prob && Lane() == 0) {
    for (int i = 0; i < a.top_k; i++) a.weights[t * a.top_k + i] /= sum;
  }
  float gate = 0;
  for (int64_t i = Lane(); i < a.hidden; i += kWarp) gate += a.x[t * a.hidden + i] * a.shared_expert_gate[i];
  gate = WarpSum(gate);
  if (Lane() == 0) a.shared_weights[t] = Sigmoid(gate);
}

// The sum of `value` over the lanes before this one.
DEVICE int WarpSumBefore(int value) {
  int sum = value;
  for (int lanes = 1; lanes < kWarp; lanes *= 2) {
    int other = __shfl_sync(0xffffffffu, sum, (Lane() + kWarp - lanes) % kWarp);
    if (Lane() >= lanes) sum += other;
  }
  return sum - value;
}

// counts [experts] -> firsts [experts], the first entry of each in `order`, by one warp; writes its tiles.
DEVICE void CutTiles(const GroupArgs& a, const int* counts, int* firsts) {
  int each = (a.experts + kWarp - 1) / kWarp;
  int begin = min(Lane() * each, a.experts);
  int end = min(begin + each, a.experts);
  int rows = 0;
  int tiles = 0;
  for (int e = begin; e < end; e++) {
    rows += counts[e];
    tiles += (counts[e] + a.tile_rows - 1) / a.tile_rows;
  }
  int first = WarpSumBefore(rows);
  int tile = WarpSumBefore(tiles);
  for (int e = begin; e < end; e++) {
    firsts[e] = first;
    for (int i = 0; i < counts[e]; i += a.tile_rows) {
      int32_t* entry = a.tiles + 3 * static_cast<int64_t>(tile++);
      entry[0] = e;
      entry[1] = first + i;
      entry[2] = min(a.tile_rows, counts[e] - i);
    }
    first += counts[e];
  }
  int used = __shfl_sync(0xffffffffu, tile, kWarp - 1);
  for (int64_t i = used + Lane(); i < a.tile_count; i += kWarp) a.tiles[3 * i + 2] = a.tiles[3 * i] = 0;
}

// One block. Shared memory: ints [2, experts].
KERNEL(group_rows, GroupArgs, 1024) {
  SHARED_OF_LAUNCH(int, counts);
  int* firsts = counts + a.experts;
  for (int e = Thread(); e < a.experts; e += Threads()) counts[e] = 0;
  __syncthreads();
  for (int64_t r = Thread(); r < a.rows; r += Threads()) atomicAdd(&counts[a.experts_of[r]], 1);
  __syncthreads();
  if (Warp() == 0) CutTiles(a, counts, firsts);
  __syncthreads();
  for (int64_t r = Thread(); r < a.rows; r += Threads()) {
    a.order[atomicAdd(&firsts[a.experts_of[r]], 1)] = static_cast<int32_t>(r);
  }
}

// y = the experts' results by their weights, then the shared one: one block a token.
KERNEL(combine_experts, CombineArgs, 256) {
  int64_t t = blockIdx.x;
  for (int64_t i = Thread(); i < a.hidden; i += Threads()) {
    float sum = 0;
    for (int slot = 0; slot < a.top_k; slot++) {
      int64_t row = t * a.top_k + slot;
      sum += a.weights[row] * a.routed[row * a.hidden + i];
    }
    a.y[t * a.hidden + i] = sum + a.shared_weights[t] * a.shared[t * a.hidden + i];
  }
}

}  // namespace deltaport::cuda
