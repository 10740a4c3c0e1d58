// Rows that are copied or widened: GatherRows and Concat.
#include "cuda/args.h"
#include "cuda/device/base.h"
#include "cuda/device/weight.h"

namespace deltaport::cuda {

// One block a row of y.
template <Format F>
DEVICE void GatherRow(const GatherRowsArgs& a) {
  constexpr int kChunk = ChunkOf<F>();
  SHARED(float, codebook, 16);
  if (Thread() < 16) codebook[Thread()] = a.form.codebook[Thread()];
  __syncthreads();
  RowReader<F> reader(a.form, a.table, codebook, static_cast<int>(a.rows[blockIdx.x]));
  float* y = a.y + static_cast<int64_t>(blockIdx.x) * a.form.in;
  for (int c = Thread() * kChunk; c < a.form.in; c += Threads() * kChunk) {
    uint32_t words[4];
    float values[kChunk];
    reader.Load(c, words);
    reader.Widen(c, words, values);
    UNROLL
    for (int i = 0; i < kChunk; i++) {
      if (c + i < a.form.in) y[c + i] = values[i];
    }
  }
}

KERNEL(gather_rows_f32, GatherRowsArgs, 128) {
  const uint8_t* row = a.table.data + a.rows[blockIdx.x] * a.form.row_bytes;
  float* y = a.y + static_cast<int64_t>(blockIdx.x) * a.form.in;
  for (int c = Thread(); c < a.form.in; c += Threads()) y[c] = reinterpret_cast<const float*>(row)[c];
}
KERNEL(gather_rows_f16, GatherRowsArgs, 128) { GatherRow<Format::kF16>(a); }
KERNEL(gather_rows_bf16, GatherRowsArgs, 128) { GatherRow<Format::kBf16>(a); }
KERNEL(gather_rows_fp8, GatherRowsArgs, 128) { GatherRow<Format::kFp8>(a); }
KERNEL(gather_rows_int8, GatherRowsArgs, 128) { GatherRow<Format::kInt8>(a); }
KERNEL(gather_rows_int4, GatherRowsArgs, 128) { GatherRow<Format::kInt4>(a); }
KERNEL(gather_rows_fp4, GatherRowsArgs, 128) { GatherRow<Format::kFp4>(a); }

// One block a token.
KERNEL(concat, ConcatArgs, 256) {
  int64_t t = blockIdx.x;
  float* y = a.y + t * (a.m + a.n);
  for (int64_t i = Thread(); i < a.m; i += Threads()) y[i] = a.a[t * a.m + i];
  for (int64_t i = Thread(); i < a.n; i += Threads()) y[a.m + i] = a.b[t * a.n + i];
}

}  // namespace deltaport::cuda
