// Products of many rows of x, rounded to bfloat16, on tensor cores: tiles of 128 outputs by 64 rows. While the warps
// multiply one step of columns out of shared memory, the next one is on its way in registers.
#include "cuda/device/bf16_weight.h"
#include "cuda/device/product.h"
#include "cuda/device/ptx.h"

namespace deltaport::cuda {

constexpr int kWideRows = kWideTile.rows;
constexpr int kWideOuts = kWideTile.outs;
constexpr int kWideWarps = 8;                                 // 4 by 2, each 32 outputs by 32 rows
constexpr int kWidePitch = kStep + 8;                         // so that eight rows of a matrix lie in different banks
constexpr int kWideLoads = kWideOuts * kStep / kEight / 256;  // pieces of eight weights a thread loads
constexpr int kWideInputs = kWideRows * kStep / 256;          // elements of x a thread loads

template <Format F>
struct WideMemory {
  uint16_t hi[kWideOuts][kWidePitch];
  uint16_t rest[HasRest<F>() ? kWideOuts : 1][kWidePitch];
  uint16_t x[kWideRows][kWidePitch];
  float scales[kWideOuts];
  float zeros[kWideOuts];
  float x_sums[kWideRows];  // int4 with zero points
  uint32_t codes[16];
  float codebook[16];
};

// What a thread loads of a step: pieces of eight of outputs Thread() / 4 + 64 i, and x of eight columns of one row.
template <Format F>
struct WideStep {
  RawEight<F> weights[kWideLoads];
  float x[kWideInputs];

  DEVICE void Load(const ProductArgs& a, const RowTile& tile, int first_out, int begin) {
    int column = begin + Thread() % 4 * kEight;
    UNROLL
    for (int i = 0; i < kWideLoads; i++) {
      int out = first_out + Thread() / 4 + i * (256 / 4);
      bool there = out < a.form.out && column < a.form.in;
      weights[i].Load(tile.weight.data + static_cast<int64_t>(there ? out : 0) * a.form.row_bytes, column, there);
    }
    int t = Thread() / 4;
    UNROLL
    for (int i = 0; i < kWideInputs; i++) {
      bool there = t < tile.count && column + i < a.form.in;
      x[i] = there ? InputAt(a, tile.row(t), column + i) : 0.0f;
    }
  }

  DEVICE void Store(WideMemory<F>& memory) const {
    int column = Thread() % 4 * kEight;
    UNROLL
    for (int i = 0; i < kWideLoads; i++) {
      Bf16Eight eight;
      ToBf16(weights[i], memory.codes, eight);
      int out = Thread() / 4 + i * (256 / 4);
      *reinterpret_cast<uint4*>(&memory.hi[out][column]) = uint4{eight.hi[0], eight.hi[1], eight.hi[2], eight.hi[3]};
      if constexpr (HasRest<F>()) {
        *reinterpret_cast<uint4*>(&memory.rest[out][column]) =
            uint4{eight.rest[0], eight.rest[1], eight.rest[2], eight.rest[3]};
      }
    }
    uint32_t words[4];
    UNROLL
    for (int i = 0; i < 4; i++) words[i] = Bf16FromF32(x[2 * i]) | Bf16FromF32(x[2 * i + 1]) << 16;
    *reinterpret_cast<uint4*>(&memory.x[Thread() / 4][column]) = uint4{words[0], words[1], words[2], words[3]};
  }
};

// Scales and zero points of a step, and the sums of x that zero points are multiplied with.
template <Format F>
DEVICE void LoadScales(const ProductArgs& a, const RowTile& tile, int first_out, int begin, WideMemory<F>& memory) {
  if (Thread() < kWideOuts) {
    int out = min(first_out + Thread(), a.form.out - 1);
    RowReader<F> reader(a.form, tile.weight, memory.codebook, out);
    memory.scales[Thread()] = reader.Scale(begin);
    memory.zeros[Thread()] = F == Format::kInt4 ? reader.Zero(begin) : 0.0f;
  } else if (F == Format::kInt4 && tile.weight.zero_points != nullptr && Thread() < kWideOuts + kWideRows) {
    float sum = 0;
    for (int c = 0; c < kStep; c++) sum += F32FromBf16(memory.x[Thread() - kWideOuts][c]);
    memory.x_sums[Thread() - kWideOuts] = sum;
  }
}

// A warp's 32 outputs by 32 rows: [outputs / 16][rows / 8] pieces of MmaBf16's d.
struct WideSums {
  float d[2][4][4];
};

// Where this lane's elements of a piece lie, within the block.
DEVICE int WideOut(int m, int i) { return Warp() / 2 * 32 + m * 16 + Lane() / 4 + i / 2 * 8; }
DEVICE int WideRow(int n, int i) { return Warp() % 2 * 32 + n * 8 + Lane() % 4 * 2 + i % 2; }

// sums += weights x^T over one step.
DEVICE void MultiplyStep(const uint16_t (*weights)[kWidePitch], const uint16_t (*x)[kWidePitch], WideSums& sums) {
  int lane = Lane();
  UNROLL
  for (int k = 0; k < kStep; k += 16) {
    uint32_t b[2][4];  // rows 16 n and on: [n][first eight: k, k + 8; second eight: k, k + 8]
    UNROLL
    for (int n = 0; n < 2; n++) {
      int row = Warp() % 2 * 32 + n * 16 + lane / 16 * 8 + lane % 8;
      LoadMatrices(b[n], &x[row][k + lane / 8 % 2 * 8]);
    }
    UNROLL
    for (int m = 0; m < 2; m++) {
      uint32_t w[4];
      LoadMatrices(w, &weights[Warp() / 2 * 32 + m * 16 + lane % 16][k + lane / 16 * 8]);
      UNROLL
      for (int n = 0; n < 4; n++) MmaBf16(sums.d[m][n], w, b[n / 2] + n % 2 * 2);
    }
  }
}

// sums += scale * (part - zero * sum of x).
template <Format F>
DEVICE void AddScaled(const WideMemory<F>& memory, bool zero_points, const WideSums& part, WideSums& sums) {
  UNROLL
  for (int m = 0; m < 2; m++) {
    UNROLL
    for (int i = 0; i < 4; i++) {
      float scale = memory.scales[WideOut(m, i)];
      float zero = F == Format::kInt4 && zero_points ? memory.zeros[WideOut(m, i)] : 0.0f;
      UNROLL
      for (int n = 0; n < 4; n++) {
        float value = part.d[m][n][i];
        if (F == Format::kInt4 && zero_points) value -= zero * memory.x_sums[WideRow(n, i)];
        sums.d[m][n][i] += scale * value;
      }
    }
  }
}

template <Format F>
DEVICE void StoreWide(const ProductArgs& a, const RowTile& tile, int first_out, const WideSums& sums) {
  UNROLL
  for (int n = 0; n < 4; n++) {
    UNROLL
    for (int i = 0; i < 4; i++) {
      int t = WideRow(n, i);
      if (t >= tile.count) continue;
      int row = tile.row(t);
      UNROLL
      for (int m = 0; m < 2; m++) {
        int out = first_out + WideOut(m, i);
        if (out < a.form.out) Store(a, row, out, sums.d[m][n][i]);
      }
    }
  }
}

template <Format F>
DEVICE void ProductWide(const ProductArgs& a) {
  SHARED(WideMemory<F>, memory, 1);
  RowTile tile = TileOf(a, kWideRows);
  if (tile.count == 0) return;
  if (Thread() < 16) {
    memory->codebook[Thread()] = a.form.codebook[Thread()];
    memory->codes[Thread()] = SplitBf16(a.form.codebook[Thread()]);
  }
  int first_out = static_cast<int>(blockIdx.x) * kWideOuts;
  bool zero_points = F == Format::kInt4 && tile.weight.zero_points != nullptr;
  WideStep<F> next;
  next.Load(a, tile, first_out, 0);
  WideSums sums = {};
  for (int begin = 0; begin < a.form.in; begin += kStep) {
    __syncthreads();
    next.Store(*memory);
    __syncthreads();
    if constexpr (HasScale<F>()) {
      LoadScales<F>(a, tile, first_out, begin, *memory);
      __syncthreads();
    }
    if (begin + kStep < a.form.in) next.Load(a, tile, first_out, begin + kStep);
    WideSums part = {};
    WideSums& to = HasScale<F>() ? part : sums;
    MultiplyStep(memory->hi, memory->x, to);
    if constexpr (HasRest<F>()) MultiplyStep(memory->rest, memory->x, to);
    if constexpr (HasScale<F>()) AddScaled<F>(*memory, zero_points, part, sums);
  }
  StoreWide<F>(a, tile, first_out, sums);
}

KERNEL(product_wide_f16, ProductArgs, 256) { ProductWide<Format::kF16>(a); }
KERNEL(product_wide_bf16, ProductArgs, 256) { ProductWide<Format::kBf16>(a); }
KERNEL(product_wide_fp8, ProductArgs, 256) { ProductWide<Format::kFp8>(a); }
KERNEL(product_wide_int8, ProductArgs, 256) { ProductWide<Format::kInt8>(a); }
KERNEL(product_wide_int4, ProductArgs, 256) { ProductWide<Format::kInt4>(a); }

}  // namespace deltaport::cuda
