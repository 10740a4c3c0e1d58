// Attention of many tokens over a bfloat16 cache, on tensor cores: a block has four tokens' query heads of one KV head
// (32 rows of queries), and takes keys 128 at a time, 32 of them in shared memory at once. Queries, keys, weights and
// values are rounded to bfloat16; a weight is relative to the largest score of the keys so far.
#include "cuda/device/attention_steps.h"
#include "cuda/device/ptx.h"

namespace deltaport::cuda {

constexpr int kAttendRows = kAttendTokens * kHeads;
constexpr int kAttendKeys = 128;
constexpr int kPart = 32;     // keys in shared memory
constexpr int kQuarters = 4;  // warps of 16 rows: each scores 8 keys of a part and has 64 columns of the result
constexpr int kQuarterDim = kMostDim / kQuarters;
constexpr int kBankPad = 8;  // so that eight rows of a matrix lie in different banks

struct AttendMemory {
  uint16_t q[kAttendRows][kMostDim + kBankPad];
  uint16_t part[kPart][kMostDim + kBankPad];
  uint16_t weights[kAttendRows][kAttendKeys + kBankPad];
  float largest[kAttendRows][kQuarters];
  float sums[kAttendRows][kQuarters];
  int apart;  // whether values were taken out of a part
};

// The tokens of a block; none where it lies past the end of its sequence.
struct TokenTile {
  int seq;
  int first;
  int count;

  DEVICE TokenTile(const AttentionArgs& a) {
    int slot = static_cast<int>(blockIdx.x);
    int low = 0;
    int high = a.seqs;
    while (high - low > 1) {
      int middle = (low + high) / 2;
      if (a.cu_seq_lens[middle] / kAttendTokens + middle <= slot) {
        low = middle;
      } else {
        high = middle;
      }
    }
    seq = low;
    first = a.cu_seq_lens[low] + (slot - a.cu_seq_lens[low] / kAttendTokens - low) * kAttendTokens;
    count = min(kAttendTokens, a.cu_seq_lens[low + 1] - first);
  }
};

// Where a block reads and writes.
struct Attend {
  TokenTile tile;
  HeadGroup heads;
  int padded;  // dims, zeros beyond those of the head

  DEVICE Attend(const AttentionArgs& a) : tile(a), heads(a), padded((a.cache.head_dim + 31) / 32 * 32) {}

  // Keys that row `row` of the block sees; rows of no token see those of the last one.
  DEVICE int Length(const AttentionArgs& a, int row) const {
    int token = tile.first + min(row / kHeads, tile.count - 1);
    return PositionOf(a, tile.seq, token) + 1;
  }
};

DEVICE void LoadAttendQueries(const AttentionArgs& a, const Attend& attend, AttendMemory& memory) {
  for (int i = Thread(); i < kAttendRows * attend.padded; i += Threads()) {
    int row = i / attend.padded;
    int column = i % attend.padded;
    int token = row / kHeads;
    int head = row % kHeads;
    float value = 0;
    if (token < attend.tile.count && head < attend.heads.count && column < a.cache.head_dim) {
      int64_t at = static_cast<int64_t>(attend.tile.first + token) * a.q_heads + attend.heads.first + head;
      value = a.queries[at * a.cache.head_dim + column];
    }
    memory.q[row][column] = static_cast<uint16_t>(Bf16FromF32(value));
  }
}

// Keys (or values) begin to begin + kPart, zeros past `end`.
DEVICE void LoadPart(const AttentionArgs& a, const Attend& attend, const uint8_t* from, int begin, int end,
                     AttendMemory& memory) {
  const CacheArgs& cache = a.cache;
  bool eights = cache.head_dim % 8 == 0;
  for (int j = Warp(); j < kPart; j += Threads() / kWarp) {
    int key = begin + j;
    const uint8_t* vector = nullptr;
    if (key < end) {
      int64_t block = a.block_table[attend.tile.seq * a.max_blocks + key / cache.block];
      vector = from + SlotOffset(cache, block, attend.heads.kv_head, key % cache.block);
    }
    if (eights) {
      for (int i = Lane() * 8; i < attend.padded; i += kWarp * 8) {
        bool there = vector != nullptr && i < cache.head_dim;
        *reinterpret_cast<uint4*>(&memory.part[j][i]) =
            there ? *reinterpret_cast<const uint4*>(vector + 2 * i) : uint4{0, 0, 0, 0};
      }
      continue;
    }
    for (int i = Lane(); i < attend.padded; i += kWarp) {
      bool there = vector != nullptr && i < cache.head_dim;
      memory.part[j][i] = there ? reinterpret_cast<const uint16_t*>(vector)[i] : static_cast<uint16_t>(0);
    }
  }
}

// Whether a bfloat16 is neither infinite nor NaN.
DEVICE bool IsFinite(uint16_t bits) { return (bits & 0x7f80) != 0x7f80; }

// Takes out of the part's values those that are not finite and that only some rows see: a weight of zero would not keep
// them out of the others.
DEVICE void SetApart(const Attend& attend, int begin, int shortest, int end, AttendMemory& memory) {
  for (int key = max(begin, shortest); key < min(begin + kPart, end); key++) {
    for (int i = Thread(); i < attend.padded; i += Threads()) {
      uint16_t& value = memory.part[key - begin][i];
      if (IsFinite(value)) continue;
      value = 0;
      memory.apart = 1;
    }
  }
  __syncthreads();
}

// A warp's 16 rows: first row, and its quarter of keys and columns.
DEVICE int AttendRow(int i) { return Warp() / kQuarters * 16 + Lane() / 4 + i / 2 * 8; }
DEVICE int Quarter() { return Warp() % kQuarters; }

// scores [4] of this warp's eight keys of the part in shared memory, as MmaBf16's d.
DEVICE void ScorePart(const Attend& attend, const AttendMemory& memory, float* scores) {
  int lane = Lane();
  int row = Warp() / kQuarters * 16 + lane % 16;
  for (int k = 0; k < attend.padded; k += 32) {
    uint32_t keys[4];
    LoadMatrices(keys, &memory.part[Quarter() * 8 + lane % 8][k + lane / 8 * 8]);
    UNROLL
    for (int half = 0; half < 2; half++) {
      uint32_t q[4];
      LoadMatrices(q, &memory.q[row][k + half * 16 + lane / 16 * 8]);
      MmaBf16(scores, q, keys + 2 * half);
    }
  }
}

// The largest of a row's values over the four lanes that have some, and the sum.
DEVICE float RowMax(float value) {
  value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, 1));
  return fmaxf(value, __shfl_xor_sync(0xffffffffu, value, 2));
}
DEVICE float RowSum(float value) {
  value += __shfl_xor_sync(0xffffffffu, value, 1);
  return value + __shfl_xor_sync(0xffffffffu, value, 2);
}

// Running state of this lane's two rows; `sum` is over its own keys only.
struct AttendRows {
  float largest[2];
  float sum[2];
  float result[kQuarterDim / 8][4];
};

// Scores of 128 keys to weights in shared memory.
DEVICE void WeighKeys(const AttentionArgs& a, const Attend& attend, int begin, float (*scores)[4], AttendMemory& memory,
                      AttendRows& rows) {
  UNROLL
  for (int r = 0; r < 2; r++) {
    int row = AttendRow(2 * r);
    int length = attend.Length(a, row);
    float largest = rows.largest[r];
    UNROLL
    for (int j = 0; j < kAttendKeys / kPart; j++) {
      UNROLL
      for (int i = 0; i < 2; i++) {
        int key = begin + j * kPart + Quarter() * 8 + Lane() % 4 * 2 + i;
        float& score = scores[j][2 * r + i];
        if (key >= length) score = MinusInfinity();
        largest = fmaxf(largest, score);
      }
    }
    largest = RowMax(largest);
    if (Lane() % 4 == 0) memory.largest[row][Quarter()] = largest;
  }
  __syncthreads();
  UNROLL
  for (int r = 0; r < 2; r++) {
    int row = AttendRow(2 * r);
    float largest = memory.largest[row][0];
    UNROLL
    for (int w = 1; w < kQuarters; w++) largest = fmaxf(largest, memory.largest[row][w]);
    float shrink = rows.largest[r] == MinusInfinity() ? 0.0f : expf(rows.largest[r] - largest);
    rows.largest[r] = largest;
    rows.sum[r] *= shrink;
    UNROLL
    for (int n = 0; n < kQuarterDim / 8; n++) {
      rows.result[n][2 * r] *= shrink;
      rows.result[n][2 * r + 1] *= shrink;
    }
    UNROLL
    for (int j = 0; j < kAttendKeys / kPart; j++) {
      float first = expf(scores[j][2 * r] - largest);
      float second = expf(scores[j][2 * r + 1] - largest);
      rows.sum[r] += first + second;
      *reinterpret_cast<uint32_t*>(&memory.weights[row][j * kPart + Quarter() * 8 + Lane() % 4 * 2]) =
          Bf16FromF32(first) | Bf16FromF32(second) << 16;
    }
  }
}

// result += weights of part j times its values, which are in shared memory.
DEVICE void AddValues(const Attend& attend, int j, const AttendMemory& memory, AttendRows& rows) {
  int lane = Lane();
  UNROLL
  for (int k = 0; k < kPart; k += 16) {
    uint32_t weights[4];
    LoadMatrices(weights, &memory.weights[Warp() / kQuarters * 16 + lane % 16][j * kPart + k + lane / 16 * 8]);
    UNROLL
    for (int n = 0; n < kQuarterDim / 16; n++) {
      int column = Quarter() * kQuarterDim + n * 16;
      if (column >= attend.padded) break;
      uint32_t values[4];
      LoadMatricesTransposed(values, &memory.part[k + lane % 16][column + lane / 16 * 8]);
      MmaBf16(rows.result[2 * n], weights, values);
      MmaBf16(rows.result[2 * n + 1], weights, values + 2);
    }
  }
}

// result += what was taken out of part j, in the rows that see it.
DEVICE void AddApart(const AttentionArgs& a, const Attend& attend, int j, int begin, int shortest, int end,
                     const AttendMemory& memory, AttendRows& rows) {
  const CacheArgs& cache = a.cache;
  for (int key = max(begin, shortest); key < min(begin + kPart, end); key++) {
    int64_t block = a.block_table[attend.tile.seq * a.max_blocks + key / cache.block];
    auto vector = reinterpret_cast<const uint16_t*>(cache.values +
                                                    SlotOffset(cache, block, attend.heads.kv_head, key % cache.block));
    UNROLL
    for (int r = 0; r < 2; r++) {
      int row = AttendRow(2 * r);
      if (key >= attend.Length(a, row)) continue;
      float weight = F32FromBf16(memory.weights[row][j * kPart + key - begin]);
      UNROLL
      for (int n = 0; n < kQuarterDim / 8; n++) {
        UNROLL
        for (int i = 0; i < 2; i++) {
          int column = Quarter() * kQuarterDim + n * 8 + Lane() % 4 * 2 + i;
          if (column >= cache.head_dim || IsFinite(vector[column])) continue;
          rows.result[n][2 * r + i] += weight * F32FromBf16(vector[column]);
        }
      }
    }
  }
}

DEVICE void StoreAttended(const AttentionArgs& a, const Attend& attend, AttendMemory& memory, AttendRows& rows) {
  UNROLL
  for (int r = 0; r < 2; r++) {
    float sum = RowSum(rows.sum[r]);
    if (Lane() % 4 == 0) memory.sums[AttendRow(2 * r)][Quarter()] = sum;
  }
  __syncthreads();
  UNROLL
  for (int r = 0; r < 2; r++) {
    int row = AttendRow(2 * r);
    int token = row / kHeads;
    int head = row % kHeads;
    if (token >= attend.tile.count || head >= attend.heads.count) continue;
    float sum = 0;
    UNROLL
    for (int w = 0; w < kQuarters; w++) sum += memory.sums[row][w];
    int64_t at = static_cast<int64_t>(attend.tile.first + token) * a.q_heads + attend.heads.first + head;
    UNROLL
    for (int n = 0; n < kQuarterDim / 8; n++) {
      UNROLL
      for (int i = 0; i < 2; i++) {
        int column = Quarter() * kQuarterDim + n * 8 + Lane() % 4 * 2 + i;
        if (column < a.cache.head_dim) StoreGated(a, at, column, rows.result[n][2 * r + i] / sum);
      }
    }
  }
}

// Grid (tokens / kAttendTokens + seqs, kv_heads * query_groups): a sequence begins a tile of its own.
KERNEL(attention_wide, AttentionArgs, 256) {
  SHARED(AttendMemory, memory, 1);
  Attend attend(a);
  if (attend.tile.count <= 0) return;
  LoadAttendQueries(a, attend, *memory);
  AttendRows rows = {{MinusInfinity(), MinusInfinity()}, {}, {}};
  int end = attend.Length(a, kAttendRows - 1);
  int shortest = attend.Length(a, 0);
  if (Thread() == 0) memory->apart = 0;
  for (int begin = 0; begin < end; begin += kAttendKeys) {
    float scores[kAttendKeys / kPart][4] = {};
    UNROLL
    for (int j = 0; j < kAttendKeys / kPart; j++) {
      __syncthreads();
      LoadPart(a, attend, a.cache.keys, begin + j * kPart, end, *memory);
      __syncthreads();
      ScorePart(attend, *memory, scores[j]);
    }
    WeighKeys(a, attend, begin, scores, *memory, rows);
    for (int j = 0; j < kAttendKeys / kPart; j++) {
      __syncthreads();
      int part = begin + j * kPart;
      LoadPart(a, attend, a.cache.values, part, end, *memory);
      __syncthreads();
      if (part + kPart > shortest) SetApart(attend, part, shortest, end, *memory);
      AddValues(attend, j, *memory, rows);
      if (memory->apart != 0) AddApart(a, attend, j, part, shortest, end, *memory, rows);
    }
  }
  StoreAttended(a, attend, *memory, rows);
}

}  // namespace deltaport::cuda
