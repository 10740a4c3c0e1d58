// Products of many rows of x on tensor cores: tiles of 128 outputs by 64 rows (middle) or 256 by 128 (wide), with as
// many threads as outputs. round_inputs has rounded x before. Steps of columns flow through kWideStages pieces of
// shared memory, copied without a detour through registers while earlier ones are multiplied.
//
// The order of columns within a step is free as long as weights and x have the same: a lane takes eight side by side
// (bf16_weight.h). So one read of 16 bytes gives a lane its part of two MmaBf16, neighbouring lanes read neighbouring
// memory, which needs no swizzle, and bytes and nibbles become bfloat16 in the registers that the product reads.
#include "cuda/device/bf16_weight.h"
#include "cuda/device/product_copies.h"

namespace deltaport::cuda {

constexpr int kWideBands = 2;  // of eight rows: multiplied together, or left out where the tile has no such rows

template <Format F, int kRows, int kOuts>
struct WideStage {
  static constexpr int kRowBytes = StepBytes(F);  // of the weight
  static constexpr int kColumns = kStep;

  uint8_t weights[kOuts][kRowBytes];
  uint16_t x[kRows][kStep];
  float x_sums[kRows];  // int4 with zero points

  DEVICE void* Weight(int out, int piece) { return &weights[out][piece * 16]; }
  DEVICE void* Input(int row, int piece) { return &x[row][piece * 8]; }
};

// What a warp computes: kM pieces of 16 outputs by kN of eight rows. All rows of 32 outputs, so that bytes and nibbles
// are unpacked once; of wide bfloat16, which are not, half the rows of 64, for fewer reads of shared memory.
template <Format F, int kRows, int kOuts>
struct WideWarp {
  static constexpr int kRowWarps = F == Format::kBf16 && kRows == kWideTile.rows ? 2 : 1;
  static constexpr int kM = 2 * kRowWarps;
  static constexpr int kN = kRows / kRowWarps / 8;
  static_assert(kN % kWideBands == 0, "bands are whole");

  struct Scales {
    float scale[kM][2];
    float zero[kM][2];
  };

  float sums[kM][kN][4];        // as MmaBf16's d
  int32_t first_scales[kM][2];  // of the rows

  // Where this lane's elements lie within the block.
  static DEVICE int FirstOut() { return Warp() / kRowWarps * kM * 16; }
  static DEVICE int Out(int m, int i) { return FirstOut() + m * 16 + Lane() / 4 + i * 8; }
  static DEVICE int FirstRow() { return Warp() % kRowWarps * kN * 8; }
  static DEVICE int Row(int n, int i) { return FirstRow() + n * 8 + Lane() % 4 * 2 + i; }

  DEVICE WideWarp(const ProductArgs& a, int first_out) : sums{} {
    UNROLL
    for (int m = 0; m < kM; m++) {
      UNROLL
      for (int i = 0; i < 2; i++) {
        int out = min(first_out + Out(m, i), a.form.out - 1);
        first_scales[m][i] = HasScale<F>() ? out / a.form.block_out * a.form.blocks_in : 0;
      }
    }
  }

  DEVICE Scales ScalesOf(const ProductArgs& a, const WeightParts& weight, const float* codebook, int step) const {
    Scales scales{};
    if constexpr (HasScale<F>()) {
      int block = step * kStep / a.form.block_in;
      UNROLL
      for (int m = 0; m < kM; m++) {
        UNROLL
        for (int i = 0; i < 2; i++) {
          int at = first_scales[m][i] + block;
          scales.scale[m][i] = LoadPlain(a.form.scale_format, weight.scales, at);
          if (F == Format::kInt4 && weight.zero_points != nullptr) {
            scales.zero[m][i] = codebook[weight.zero_points[at] & 15];
          }
        }
      }
    }
    return scales;
  }

  // sums += scale * (weights x^T - zero * sum of x) over a step, for the first `count` rows of the tile. With the rest
  // of the weights, fewer of them are in registers at once.
  template <bool kRest>
  DEVICE void Multiply(const WideStage<F, kRows, kOuts>& stage, const Scales& scales, const uint32_t* codes,
                       bool zero_points, int count) {
    constexpr int kTogether = kRest ? 1 : kM;
    UNROLL
    for (int first = 0; first < kM; first += kTogether) {
      Bf16Eight weights[kTogether][2];
      UNROLL
      for (int m = 0; m < kTogether; m++) {
        UNROLL
        for (int i = 0; i < 2; i++) {
          RawEight<F> raw;
          raw.Load(stage.weights[Out(first + m, i)], Lane() % 4 * kEight, true);
          ToBf16(raw, codes, weights[m][i]);
        }
      }
      UNROLL
      for (int band = 0; band < kN; band += kWideBands) {
        if (FirstRow() + band * 8 >= count) break;
        UNROLL
        for (int n = band; n < band + kWideBands; n++) {
          uint4 x = *reinterpret_cast<const uint4*>(&stage.x[FirstRow() + n * 8 + Lane() / 4][Lane() % 4 * kEight]);
          uint32_t b[4] = {x.x, x.y, x.z, x.w};
          UNROLL
          for (int m = 0; m < kTogether; m++) {
            float part[4] = {};
            MultiplyPiece<kRest>(weights[m], b, HasScale<F>() ? part : sums[first + m][n]);
            if constexpr (HasScale<F>()) AddScaled(stage, scales, zero_points, first + m, n, part);
          }
        }
      }
    }
  }

  template <bool kRest>
  static DEVICE void MultiplyPiece(const Bf16Eight* rows, const uint32_t* b, float* d) {
    UNROLL
    for (int half = 0; half < 4; half += 2) {
      uint32_t hi[4] = {rows[0].hi[half], rows[1].hi[half], rows[0].hi[half + 1], rows[1].hi[half + 1]};
      MmaBf16(d, hi, b + half);
      if constexpr (kRest) {
        uint32_t rest[4] = {rows[0].rest[half], rows[1].rest[half], rows[0].rest[half + 1], rows[1].rest[half + 1]};
        MmaBf16(d, rest, b + half);
      }
    }
  }

  DEVICE void AddScaled(const WideStage<F, kRows, kOuts>& stage, const Scales& scales, bool zero_points, int m, int n,
                        const float* part) {
    UNROLL
    for (int i = 0; i < 4; i++) {
      float value = part[i];
      if (F == Format::kInt4 && zero_points) value -= scales.zero[m][i / 2] * stage.x_sums[Row(n, i % 2)];
      sums[m][n][i] += scales.scale[m][i / 2] * value;
    }
  }

  DEVICE void StoreAll(const ProductArgs& a, const RowTile& tile, int first_out) const {
    UNROLL
    for (int n = 0; n < kN; n++) {
      UNROLL
      for (int i = 0; i < 2; i++) {
        int t = Row(n, i);
        if (t >= tile.count) continue;
        int row = tile.row(t);
        UNROLL
        for (int m = 0; m < kM; m++) {
          UNROLL
          for (int r = 0; r < 2; r++) {
            int out = first_out + Out(m, r);
            if (out < a.form.out) Store(a, row, out, sums[m][n][2 * r + i]);
          }
        }
      }
    }
  }
};

template <Format F, int kRows, int kOuts>
DEVICE void ProductStaged(const ProductArgs& a) {
  using Stage = WideStage<F, kRows, kOuts>;
  static_assert(kWideStages * sizeof(Stage) == StagesBytes(F, {kRows, kOuts}), "what launches ask for");
  SHARED_OF_LAUNCH(Stage, stages);
  SHARED(uint32_t, codes, 16);
  SHARED(float, codebook, 16);
  RowTile tile = TileOf(a, kRows);
  if (tile.count == 0) return;
  int first_out = static_cast<int>(blockIdx.x) * kOuts;
  ProductCopies<Stage, kOuts, kRows, kOuts> copies(a, tile, first_out);
  const float* x_sums = nullptr;  // of this thread's row
  if (F == Format::kInt4 && tile.weight.zero_points != nullptr && Thread() < tile.count) {
    x_sums = a.rounded_sums + static_cast<int64_t>(tile.row(Thread()) / a.x_share) * StepsOf(a.form);
  }
  auto start = [&](int step) {
    Stage& stage = stages[step % kWideStages];
    copies.Start(a, step, stage);
    if (x_sums != nullptr) CopyAsync4(&stage.x_sums[Thread()], x_sums + step);
  };
  int steps = StepsOf(a.form);
  UNROLL
  for (int step = 0; step < kWideStages - 1; step++) {
    if (step < steps) start(step);
    CommitCopies();
  }
  bool has_rest = F == Format::kF16;
  if constexpr (F == Format::kInt4) {
    if (Thread() < 16) {
      codebook[Thread()] = a.form.codebook[Thread()];
      codes[Thread()] = SplitBf16(a.form.codebook[Thread()]);
    }
    __syncthreads();
    for (int i = 0; i < 16; i++) has_rest |= codes[i] >> 16 != 0;
  }
  bool zero_points = F == Format::kInt4 && tile.weight.zero_points != nullptr;
  WideWarp<F, kRows, kOuts> warp(a, first_out);
  int count = first_out + warp.FirstOut() < a.form.out ? tile.count : 0;
  for (int step = 0; step < steps; step++) {
    WaitForCopies<kWideStages - 2>();
    __syncthreads();  // the step is there for all, and nobody reads the one before it any more
    if (step + kWideStages - 1 < steps) start(step + kWideStages - 1);
    CommitCopies();
    const Stage& stage = stages[step % kWideStages];
    auto scales = warp.ScalesOf(a, tile.weight, codebook, step);
    if (HasRest<F>() && has_rest) {
      warp.template Multiply<HasRest<F>()>(stage, scales, codes, zero_points, count);
    } else {
      warp.template Multiply<false>(stage, scales, codes, zero_points, count);
    }
  }
  warp.StoreAll(a, tile, first_out);
}

template <Format F>
DEVICE void ProductMiddle(const ProductArgs& a) {
  ProductStaged<F, kMiddleTile.rows, kMiddleTile.outs>(a);
}

template <Format F>
DEVICE void ProductWide(const ProductArgs& a) {
  ProductStaged<F, kWideTile.rows, kWideTile.outs>(a);
}

KERNEL(product_middle_f16, ProductArgs, 128, 3) { ProductMiddle<Format::kF16>(a); }
KERNEL(product_middle_bf16, ProductArgs, 128, 3) { ProductMiddle<Format::kBf16>(a); }
KERNEL(product_middle_fp8, ProductArgs, 128, 3) { ProductMiddle<Format::kFp8>(a); }
KERNEL(product_middle_int8, ProductArgs, 128, 3) { ProductMiddle<Format::kInt8>(a); }
KERNEL(product_middle_int4, ProductArgs, 128, 2) { ProductMiddle<Format::kInt4>(a); }

KERNEL(product_wide_f16, ProductArgs, 256, 1) { ProductWide<Format::kF16>(a); }
KERNEL(product_wide_bf16, ProductArgs, 256, 1) { ProductWide<Format::kBf16>(a); }
KERNEL(product_wide_fp8, ProductArgs, 256, 1) { ProductWide<Format::kFp8>(a); }
KERNEL(product_wide_int8, ProductArgs, 256, 1) { ProductWide<Format::kInt8>(a); }
KERNEL(product_wide_int4, ProductArgs, 256, 1) { ProductWide<Format::kInt4>(a); }

}  // namespace deltaport::cuda
