// Products in float32, each output summed in one order whatever its batch: one warp an output, its lanes side by side
// over 16-byte chunks of the weight's row, four rows of x at once.
#include "cuda/device/product.h"
#include "cuda/device/weight.h"

namespace deltaport::cuda {

constexpr int kExactColumns = 1024;  // of x at a time; a multiple of what a warp reads at once

// Where column c lies in a row of the shared copy of x, so that the lanes of a warp read side by side.
template <Format F>
DEVICE int Place(int c) {
  constexpr int kChunk = ChunkOf<F>();
  int step = c / (kChunk * kWarp);
  return ((step * (kChunk / 4) + c % kChunk / 4) * kWarp + c / kChunk % kWarp) * 4 + c % 4;
}

template <Format F>
DEVICE void LoadInputs(const ProductArgs& a, const RowTile& tile, int begin, float* x) {
  for (int i = Thread(); i < kExactTile.rows * kExactColumns; i += Threads()) {
    int t = i / kExactColumns;
    int c = i % kExactColumns;
    bool there = t < tile.count && begin + c < a.form.in;
    x[t * kExactColumns + Place<F>(c)] = there ? InputAt(a, tile.row(t), begin + c) : 0.0f;
  }
}

template <Format F>
DEVICE void AddColumns(const RowReader<F>& reader, int begin, const float* x, float* sums) {
  constexpr int kChunk = ChunkOf<F>();
  for (int c = Lane() * kChunk; c < kExactColumns && begin + c < reader.form.in; c += kWarp * kChunk) {
    uint32_t words[4];
    float values[kChunk];
    reader.Load(begin + c, words);
    reader.Widen(begin + c, words, values);
    const float4* from = reinterpret_cast<const float4*>(x) + Place<F>(c) / 4;
    UNROLL
    for (int t = 0; t < kExactTile.rows; t++) {
      UNROLL
      for (int i = 0; i < kChunk; i += 4) {
        float4 four = from[t * (kExactColumns / 4) + i / 4 * kWarp];
        sums[t] += four.x * values[i];
        sums[t] += four.y * values[i + 1];
        sums[t] += four.z * values[i + 2];
        sums[t] += four.w * values[i + 3];
      }
    }
  }
}

template <Format F>
DEVICE void ProductExact(const ProductArgs& a) {
  SHARED(float, x, kExactTile.rows* kExactColumns);
  SHARED(float, codebook, 16);
  RowTile tile = TileOf(a, kExactTile.rows);
  if (tile.count == 0) return;
  if (Thread() < 16) codebook[Thread()] = a.form.codebook[Thread()];
  int out = static_cast<int>(blockIdx.x) * (Threads() / kWarp) + Warp();
  RowReader<F> reader(a.form, tile.weight, codebook, min(out, a.form.out - 1));
  float sums[kExactTile.rows] = {};
  for (int begin = 0; begin < a.form.in; begin += kExactColumns) {
    LoadInputs<F>(a, tile, begin, x);
    __syncthreads();
    AddColumns<F>(reader, begin, x, sums);
    __syncthreads();
  }
  UNROLL
  for (int t = 0; t < kExactTile.rows; t++) {
    float sum = WarpSum(sums[t]);
    if (Lane() == 0 && t < tile.count && out < a.form.out) Store(a, tile.row(t), out, sum);
  }
}

KERNEL(product_exact_f32, ProductArgs, 256) { ProductExact<Format::kF32>(a); }
KERNEL(product_exact_f16, ProductArgs, 256) { ProductExact<Format::kF16>(a); }
KERNEL(product_exact_bf16, ProductArgs, 256) { ProductExact<Format::kBf16>(a); }
KERNEL(product_exact_fp8, ProductArgs, 256) { ProductExact<Format::kFp8>(a); }
KERNEL(product_exact_int8, ProductArgs, 256) { ProductExact<Format::kInt8>(a); }
KERNEL(product_exact_int4, ProductArgs, 256) { ProductExact<Format::kInt4>(a); }
KERNEL(product_exact_fp4, ProductArgs, 256, 2) { ProductExact<Format::kFp4>(a); }

}  // namespace deltaport::cuda
