// Products of very many rows of x with bfloat16 weights on compute capability 9.0, whose tensor cores run at full speed
// only through wgmma: tiles of 128 outputs by 256 rows, 64 outputs for each of two warpgroups. Steps of 64 columns are
// copied and multiplied at once; both operands are read from shared memory, in the layout of its 128-byte swizzle.
#include "cuda/device/product_copies.h"

namespace deltaport::cuda {

constexpr int kWarpgroup = 128;  // threads
constexpr int kWgmmaOuts = kWgmmaTile.outs * kWarpgroup / kWgmmaThreads;

struct alignas(1024) WgmmaStage {
  static constexpr int kColumns = kWgmmaColumns;
  static constexpr int kRowBytes = kColumns * 2;

  uint16_t weights[kWgmmaTile.outs][kColumns];
  uint16_t x[kWgmmaTile.rows][kColumns];

  DEVICE void* Weight(int out, int piece) { return &weights[out][(piece ^ out % 8) * 8]; }
  DEVICE void* Input(int row, int piece) { return &x[row][(piece ^ row % 8) * 8]; }
};
static_assert(kWgmmaStages * sizeof(WgmmaStage) == kWgmmaBytes, "what launches ask for");

DEVICE void StoreWgmma(const ProductArgs& a, const RowTile& tile, int first_out, const float* sums) {
  UNROLL
  for (int n = 0; n < kWgmmaTile.rows / 8; n++) {
    UNROLL
    for (int i = 0; i < 2; i++) {
      int t = n * 8 + Lane() % 4 * 2 + i;
      if (t >= tile.count) continue;
      UNROLL
      for (int r = 0; r < 2; r++) {
        int out = first_out + Warp() * 16 + Lane() / 4 + r * 8;
        if (out < a.form.out) Store(a, tile.row(t), out, sums[4 * n + 2 * r + i]);
      }
    }
  }
}

// For other devices an empty kernel, which is never launched.
KERNEL(product_wgmma_bf16, ProductArgs, kWgmmaThreads, 1) {
#ifdef HAS_WGMMA
  SHARED_OF_LAUNCH(WgmmaStage, stages);
  RowTile tile = TileOf(a, kWgmmaTile.rows);
  if (tile.count == 0) return;
  int first_out = static_cast<int>(blockIdx.x) * kWgmmaTile.outs;
  ProductCopies<WgmmaStage, kWgmmaTile.outs, kWgmmaTile.rows, kWgmmaThreads> copies(a, tile, first_out);
  int steps = (a.form.in + kWgmmaColumns - 1) / kWgmmaColumns;
  // Of the stages two are multiplied, which ends one step later than it begins, and the others are on their way.
  constexpr int kAhead = kWgmmaStages - 2;
  UNROLL
  for (int step = 0; step < kAhead; step++) {
    if (step < steps) copies.Start(a, step, stages[step]);
    CommitCopies();
  }
  float sums[kWgmmaSums] = {};
  for (int step = 0; step < steps; step++) {
    WaitForCopies<kAhead - 1>();
    FenceAsyncProxy();
    __syncthreads();  // the step is there for all, and the one before the last has been multiplied by all
    if (step + kAhead < steps) copies.Start(a, step + kAhead, stages[(step + kAhead) % kWgmmaStages]);
    CommitCopies();
    const WgmmaStage& stage = stages[step % kWgmmaStages];
    FenceWgmma();
    UNROLL
    for (int k = 0; k < kWgmmaColumns; k += 16) {
      WgmmaBf16(sums, &stage.weights[Thread() / kWarpgroup * kWgmmaOuts][k], &stage.x[0][k]);
    }
    CommitWgmma();
    WaitForWgmma<1>(sums);
  }
  WaitForWgmma<0>(sums);
  StoreWgmma(a, tile, first_out, sums);
#endif
}

}  // namespace deltaport::cuda
