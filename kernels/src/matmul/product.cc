#include "matmul/product.h"

#include <algorithm>

#include "core/workspace.h"

namespace deltaport {
namespace {

constexpr int64_t kTaskBytes = 64 << 10;   // of weights times row tiles: a few microseconds
constexpr int64_t kMostBytes = 256 << 10;  // of weights, where there are plenty

// How pairs of panels and row tiles are cut into tasks: long enough to be worth a thread, enough of them for balance;
// along the rows only where there are few pairs.
struct Grid {
  int64_t step;        // pairs of a task
  int64_t steps;       // tasks along the pairs
  int64_t tile_tasks;  // tasks along the row tiles
};

Grid Cut(int64_t pairs, int64_t pair_bytes, int64_t tiles, int64_t threads) {
  int64_t wanted = 8 * threads;
  int64_t least = CeilDiv(kTaskBytes, pair_bytes * tiles);
  int64_t most = std::max<int64_t>(1, kMostBytes / pair_bytes);
  int64_t step = std::min(pairs, std::max(least, std::min(most, CeilDiv(pairs, wanted))));
  int64_t steps = CeilDiv(pairs, step);
  int64_t tile_tasks = step > 1 ? 1 : std::min(tiles, CeilDiv(wanted, steps));
  return {step, steps, tile_tasks};
}

void AddBias(const float* bias, int64_t rows, int64_t width, float* y, int64_t stride) {
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < width; j++) y[i * stride + j] += bias[j];
  }
}

}  // namespace

void PackRows(const MatmulKernel& form, const PackedRows& rows, const float* x, int64_t columns, Parallel& parallel) {
  auto pack = [&](int64_t t) {
    const float* from[16];
    for (int64_t i = 0; i < rows.height(t); i++) from[i] = x + (rows.begin(t) + i) * columns;
    form.pack(from, rows.height(t), 0, columns, columns, rows.tile(t));
  };
  constexpr int64_t kSerialFloats = 16 << 10;
  if (rows.rows * columns > kSerialFloats) return parallel.For(rows.tiles(), pack);
  for (int64_t t = 0; t < rows.tiles(); t++) pack(t);
}

void MultiplyPairs(const MatmulKernel& form, const WeightView& weight, int64_t first, int64_t last,
                   const PackedRows& rows, int64_t begin, int64_t end, float* c, int64_t stride, float* scratch) {
  int64_t width = PairsWidth(weight, first, last);
  form.multiply({weight, 2 * first, CeilDiv(width, 16), scratch}, rows, begin, end, {c, stride, width});
}

void Multiply(const MatmulKernel& form, const float* x, int64_t tokens, const WeightView& weight, const float* bias,
              float* y, Parallel& parallel) {
  Workspace::Scope scope(parallel.workspace());
  PackedRows rows{nullptr, tokens, form.row_floats(weight), form.tile_rows};
  rows.data = scope.Floats(tokens * rows.row_floats);
  PackRows(form, rows, x, weight.in, parallel);
  int64_t panels = PanelCount(weight);
  int64_t pairs = CeilDiv(panels, 2);
  Grid grid = Cut(pairs, 32 * weight.row_bytes(), rows.tiles(), parallel.threads());
  parallel.ForWith(
      form.scratch_floats(weight, tokens), grid.steps * grid.tile_tasks, [&](int64_t task, float* scratch) {
        int64_t first = task / grid.tile_tasks * grid.step;
        int64_t part = task % grid.tile_tasks;
        int64_t begin = rows.tiles() * part / grid.tile_tasks;
        int64_t end = rows.tiles() * (part + 1) / grid.tile_tasks;
        int64_t last = std::min(first + grid.step, pairs);
        float* c = y + rows.begin(begin) * weight.out + 32 * first;
        MultiplyPairs(form, weight, first, last, rows, begin, end, c, weight.out, scratch);
        if (bias == nullptr) return;
        AddBias(bias + 32 * first, rows.begin(end) - rows.begin(begin), PairsWidth(weight, first, last), c, weight.out);
      });
}

}  // namespace deltaport
