// Steps of a product on their way from global to shared memory, as middle and wide tiles read them.
#pragma once

#include "cuda/device/product.h"
#include "cuda/device/ptx.h"

namespace deltaport::cuda {

// What a thread copies of every step: 16 bytes of every few rows of the weight and of x. A Stage says how much of a row
// a step has, kRowBytes of the weight and kColumns of x, and where each piece of 16 bytes of it lies.
template <class Stage, int kOuts, int kRows, int kThreads>
struct ProductCopies {
  static constexpr int kWeightPieces = Stage::kRowBytes / 16;
  static constexpr int kWeightRows = kThreads / kWeightPieces;  // that the block copies at once
  static constexpr int kInputPieces = Stage::kColumns / 8;
  static constexpr int kInputRows = kThreads / kInputPieces;
  static_assert(kOuts % kWeightRows == 0 && kRows % kInputRows == 0, "every thread has as many pieces");

  const uint8_t* weights;  // the first piece
  int64_t row_bytes;
  int outs;                      // from the first one on
  int bytes;                     // of a row, from the first piece on
  int rows[kRows / kInputRows];  // of ProductArgs::rounded; -1 = there is none
  int column;                    // of the first piece
  int width;                     // columns of ProductArgs::rounded

  DEVICE ProductCopies(const ProductArgs& a, const RowTile& tile, int first_out) {
    int out = first_out + Thread() / kWeightPieces;
    row_bytes = a.form.row_bytes;
    weights = tile.weight.data + out * row_bytes + Thread() % kWeightPieces * 16;
    outs = a.form.out - out;
    bytes = static_cast<int>(row_bytes) - Thread() % kWeightPieces * 16;
    UNROLL
    for (int i = 0; i < kRows / kInputRows; i++) {
      int t = Thread() / kInputPieces + i * kInputRows;
      rows[i] = t < tile.count ? tile.row(t) / a.x_share : -1;
    }
    column = Thread() % kInputPieces * 8;
    width = StepsOf(a.form) * kStep;
  }

  // Zeros where the weight or x ends.
  DEVICE void Start(const ProductArgs& a, int step, Stage& stage) const {
    UNROLL
    for (int i = 0; i < kOuts / kWeightRows; i++) {
      bool there = i * kWeightRows < outs && step * Stage::kRowBytes < bytes;
      const void* from = weights + i * kWeightRows * row_bytes + step * Stage::kRowBytes;
      CopyAsync16(stage.Weight(Thread() / kWeightPieces + i * kWeightRows, Thread() % kWeightPieces),
                  there ? from : a.rounded, there);
    }
    int at = step * Stage::kColumns + column;
    UNROLL
    for (int i = 0; i < kRows / kInputRows; i++) {
      bool there = rows[i] >= 0 && at < width;
      CopyAsync16(stage.Input(Thread() / kInputPieces + i * kInputRows, Thread() % kInputPieces),
                  there ? a.rounded + static_cast<int64_t>(rows[i]) * width + at : a.rounded, there);
    }
  }
};

}  // namespace deltaport::cuda
