// Products of up to eight rows of x, rounded to bfloat16, on tensor cores. One block computes sixteen outputs: its
// warps share the columns, step by step, straight from the weights' rows, and add up at the end. The order of a lane's
// columns within a step is the same for weights and x, and otherwise free: each lane reads eight columns side by side.
#include "cuda/device/bf16_weight.h"
#include "cuda/device/product.h"
#include "cuda/device/ptx.h"

namespace deltaport::cuda {

constexpr int kNarrowRows = kNarrowTile.rows;
constexpr int kNarrowOuts = kNarrowTile.outs;
constexpr int kNarrowWarps = 8;
constexpr int kNarrowColumns = 2048;  // of x in shared memory at a time
constexpr int kNarrowPad = 32;        // so that two rows of x begin in different halves of the banks
constexpr int kNarrowAhead = 4;       // steps that a warp has on their way
constexpr int kNarrowSteps = kNarrowColumns / kStep;
constexpr int kNarrowStride = kNarrowWarps * kNarrowAhead;
static_assert(kNarrowSteps % kNarrowStride == 0, "what is loaded ahead belongs to the next columns");

struct GemvMemory {
  uint16_t x[kNarrowRows][kNarrowColumns + kNarrowPad];
  float x_sums[kNarrowSteps][kNarrowRows];  // int4 with zero points
  float parts[kNarrowWarps][kNarrowOuts * kNarrowRows];
  uint32_t codes[16];
  float codebook[16];
};

// Columns begin to begin + kNarrowColumns of x, zeros past the end.
DEVICE void LoadGemv(const ProductArgs& a, const RowTile& tile, int begin, GemvMemory& memory) {
  int columns = min(kNarrowColumns, (a.form.in - begin + kStep - 1) / kStep * kStep);
  for (int t = 0; t < tile.count; t++) {
    for (int c = Thread(); c < columns; c += Threads()) {
      float value = begin + c < a.form.in ? InputAt(a, tile.row(t), begin + c) : 0.0f;
      memory.x[t][c] = static_cast<uint16_t>(Bf16FromF32(value));
    }
  }
}

DEVICE void SumNarrow(const RowTile& tile, GemvMemory& memory, int steps) {
  for (int i = Thread(); i < steps * kNarrowRows; i += Threads()) {
    int t = i % kNarrowRows;
    float sum = 0;
    for (int c = 0; t < tile.count && c < kStep; c++) sum += F32FromBf16(memory.x[t][i / kNarrowRows * kStep + c]);
    memory.x_sums[i / kNarrowRows][t] = sum;
  }
}

// Two weight rows of a lane: outputs g and g + 8 of the block.
template <Format F>
struct GemvRows {
  RowReader<F> readers[2];
  RawEight<F> raw[kNarrowAhead][2];

  DEVICE void Load(int step, int begin, int ahead) {
    int column = begin + step * kStep + Lane() % 4 * kEight;
    UNROLL
    for (int r = 0; r < 2; r++) raw[ahead][r].Load(readers[r].row, column, column < readers[r].form.in);
  }

  // sums [4] += scale * (x W^T) over one step, laid out as MmaBf16's d.
  DEVICE void Multiply(int step, int begin, int ahead, int count, const GemvMemory& memory, float* sums) const {
    Bf16Eight weights[2];
    UNROLL
    for (int r = 0; r < 2; r++) ToBf16(raw[ahead][r], memory.codes, weights[r]);
    int t = Lane() / 4;
    uint4 x = t < count ? *reinterpret_cast<const uint4*>(&memory.x[t][step * kStep + Lane() % 4 * kEight])
                        : uint4{0, 0, 0, 0};
    uint32_t b[4] = {x.x, x.y, x.z, x.w};
    float part[4] = {};
    float* d = HasScale<F>() ? part : sums;
    UNROLL
    for (int half = 0; half < 4; half += 2) {
      uint32_t hi[4] = {weights[0].hi[half], weights[1].hi[half], weights[0].hi[half + 1], weights[1].hi[half + 1]};
      MmaBf16(d, hi, b + half);
      if constexpr (HasRest<F>()) {
        uint32_t rest[4] = {weights[0].rest[half], weights[1].rest[half], weights[0].rest[half + 1],
                            weights[1].rest[half + 1]};
        MmaBf16(d, rest, b + half);
      }
    }
    if constexpr (HasScale<F>()) {
      int column = begin + step * kStep;
      UNROLL
      for (int i = 0; i < 4; i++) {
        float value = part[i];
        if (F == Format::kInt4 && readers[i / 2].parts.zero_points != nullptr) {
          value -= readers[i / 2].Zero(column) * memory.x_sums[step][Lane() % 4 * 2 + i % 2];
        }
        sums[i] += readers[i / 2].Scale(column) * value;
      }
    }
  }
};

// Adds up the warps' parts: thread i has output i / 8 of row i % 8.
DEVICE void StoreNarrow(const ProductArgs& a, const RowTile& tile, GemvMemory& memory, const float* sums) {
  UNROLL
  for (int i = 0; i < 4; i++) {
    int out = Lane() / 4 + i / 2 * 8;
    memory.parts[Warp()][out * kNarrowRows + Lane() % 4 * 2 + i % 2] = sums[i];
  }
  __syncthreads();
  int out = static_cast<int>(blockIdx.x) * kNarrowOuts + Thread() / kNarrowRows;
  int t = Thread() % kNarrowRows;
  if (Thread() >= kNarrowOuts * kNarrowRows || out >= a.form.out || t >= tile.count) return;
  float sum = 0;
  UNROLL
  for (int w = 0; w < kNarrowWarps; w++) sum += memory.parts[w][Thread()];
  Store(a, tile.row(t), out, sum);
}

template <Format F>
DEVICE void ProductNarrow(const ProductArgs& a) {
  SHARED(GemvMemory, memory, 1);
  RowTile tile = TileOf(a, kNarrowRows);
  if (tile.count == 0) return;
  if (Thread() < 16) {
    memory->codebook[Thread()] = a.form.codebook[Thread()];
    memory->codes[Thread()] = SplitBf16(a.form.codebook[Thread()]);
  }
  int out = static_cast<int>(blockIdx.x) * kNarrowOuts + Lane() / 4;
  GemvRows<F> rows{{{a.form, tile.weight, memory->codebook, min(out, a.form.out - 1)},
                    {a.form, tile.weight, memory->codebook, min(out + 8, a.form.out - 1)}},
                   {}};
  UNROLL
  for (int i = 0; i < kNarrowAhead; i++) rows.Load(Warp() + i * kNarrowWarps, 0, i);
  float sums[4] = {};
  for (int begin = 0; begin < a.form.in; begin += kNarrowColumns) {
    int steps = min(kNarrowSteps, (a.form.in - begin + kStep - 1) / kStep);
    __syncthreads();
    LoadGemv(a, tile, begin, *memory);
    __syncthreads();
    if (F == Format::kInt4 && tile.weight.zero_points != nullptr) {
      SumNarrow(tile, *memory, steps);
      __syncthreads();
    }
    for (int step = Warp(); step < steps; step += kNarrowStride) {
      UNROLL
      for (int i = 0; i < kNarrowAhead; i++) {
        int at = step + i * kNarrowWarps;
        if (at < steps) rows.Multiply(at, begin, i, tile.count, *memory, sums);
        rows.Load(at + kNarrowStride, begin, i);  // maybe of the next columns of x
      }
    }
  }
  StoreNarrow(a, tile, *memory, sums);
}

KERNEL(product_gemv_f16, ProductArgs, 256, 3) { ProductNarrow<Format::kF16>(a); }
KERNEL(product_gemv_bf16, ProductArgs, 256, 3) { ProductNarrow<Format::kBf16>(a); }
KERNEL(product_gemv_fp8, ProductArgs, 256, 3) { ProductNarrow<Format::kFp8>(a); }
KERNEL(product_gemv_int8, ProductArgs, 256, 3) { ProductNarrow<Format::kInt8>(a); }
KERNEL(product_gemv_int4, ProductArgs, 256, 3) { ProductNarrow<Format::kInt4>(a); }

}  // namespace deltaport::cuda
