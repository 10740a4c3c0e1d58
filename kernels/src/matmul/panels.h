// A weight as panels of 16 rows: taken from its prepared form, or transposed on the way where it lies mapped. Compiled
// for one level: all code hangs on Form, so that no other file shares it.
#pragma once

#include <cstdint>

#include "matmul/matmul_kernel.h"
#include "matmul/tile.h"
#include "matmul/transpose.h"

namespace deltaport {

template <class Form>
class Panels {
 public:
  using V = typename Form::Lanes;
  using Chunk = PanelChunk;

  // Whether blocks end on words, so that a word has one scale.
  static bool Takes(const WeightView& weight) {
    return !Form::kScaled || weight.block_in >= weight.in || weight.block_in % Form::kElements == 0;
  }

  // `rows` that will meet the weight: with few of them a panel is transposed in pieces that stay in the nearest cache,
  // or streamed whole where it is prepared.
  Panels(const WeightView& weight, int64_t rows)
      : weight_(weight), words_(Ceil(weight.row_bytes(), 4)), prepared_(static_cast<const float*>(weight.prepared)) {
    int64_t wanted = rows > kFewRows ? kChunkWords : prepared_ == nullptr ? kShortWords : words_;
    wanted = Ceil(Ceil(words_, Ceil(words_, wanted)), 16) * 16;  // pieces of even length
    block_words_ = words_;
    chunk_words_ = wanted;
    if (!Form::kScaled) return;
    if (weight.block_in < weight.in) block_words_ = weight.block_in / Form::kElements;
    blocks_ = Ceil(words_, block_words_);
    chunk_words_ = block_words_ * (wanted > block_words_ ? wanted / block_words_ : 1);
  }

  int64_t words() const { return words_; }  // of one row
  int64_t chunks() const { return Ceil(words_, chunk_words_); }
  int64_t chunk_begin(int64_t chunk) const { return chunk * chunk_words_; }
  // Of one prepared panel: all words of 16 rows, then the scales, then the zeros of their blocks.
  int64_t panel_floats() const { return 16 * (words_ + blocks_ * (weight_.zero_points == nullptr ? 1 : 2)); }
  // Needed by Get() where the weight is not prepared.
  int64_t scratch_floats() const {
    return prepared_ != nullptr ? 0 : 16 * (chunk_words_ + 2 * Ceil(chunk_words_, block_words_));
  }

  ChunkShape Shape(int64_t chunk) const {
    int64_t begin = chunk * chunk_words_;
    return {Least(chunk_words_, words_ - begin), block_words_, chunk == 0};
  }

  PanelChunk Get(int64_t panel, int64_t chunk, float* scratch) const {
    int64_t begin = chunk * chunk_words_;
    if (prepared_ != nullptr) {
      const float* base = prepared_ + panel * panel_floats();
      const float* scales = base + 16 * (words_ + begin / block_words_);
      const uint32_t* words = reinterpret_cast<const uint32_t*>(base + 16 * begin);
      return {words, scales, weight_.zero_points == nullptr ? nullptr : scales + 16 * blocks_, weight_.codebook, words};
    }
    float* scales = scratch + 16 * chunk_words_;
    float* zeros = weight_.zero_points == nullptr ? nullptr : scales + 16 * Ceil(chunk_words_, block_words_);
    Fill(panel, begin, Least(begin + chunk_words_, words_), scratch, scales, zeros);
    const uint32_t* words = reinterpret_cast<const uint32_t*>(scratch);
    return {words, scales, zeros, weight_.codebook, words};
  }

  // The same words of a later panel, to be fetched while this one is used; where they lie elsewhere or there is no such
  // panel, the words of this one.
  const uint32_t* Ahead(int64_t panel, int64_t step, const PanelChunk& chunk) const {
    bool there = prepared_ != nullptr && 16 * (panel + step) < weight_.out;
    return there ? chunk.words + step * panel_floats() : chunk.words;
  }

  void Make(int64_t panel, float* to) const {  // to [panel_floats]
    float* scales = to + 16 * words_;
    Fill(panel, 0, words_, to, scales, weight_.zero_points == nullptr ? nullptr : scales + 16 * blocks_);
  }

 private:
  static constexpr int64_t kChunkWords = 1024;  // 64 KiB of a panel
  static constexpr int64_t kShortWords = 64;
  static constexpr int64_t kFewRows = 8;

  static int64_t Ceil(int64_t a, int64_t b) { return (a + b - 1) / b; }
  static int64_t Least(int64_t a, int64_t b) { return a < b ? a : b; }

  void Fill(int64_t panel, int64_t begin, int64_t end, float* words, float* scales, float* zeros) const {
    TransposeRows<V>(weight_, panel, begin, end, words);
    if (Form::kScaled) FillScales(panel, begin / block_words_, Ceil(end, block_words_), scales, zeros);
  }

  // Blocks [begin, end) of 16 rows into [end - begin, 16].
  void FillScales(int64_t panel, int64_t begin, int64_t end, float* scales, float* zeros) const {
    for (int64_t lane = 0; lane < 16; lane++) {
      int64_t row = Least(16 * panel + lane, weight_.out - 1) / weight_.block_out * weight_.blocks_in();
      for (int64_t block = begin; block < end; block++) {
        int64_t to = 16 * (block - begin) + lane;
        scales[to] = weight_.format == Format::kFp4 ? Fp4Scale(weight_, row + block)
                                                    : V::LoadScale(weight_.scale_format, weight_.scales, row + block);
        if (zeros != nullptr) zeros[to] = weight_.codebook[weight_.zero_points[row + block] & 15];
      }
    }
  }

  const WeightView& weight_;
  int64_t words_;
  const float* prepared_;
  int64_t block_words_;
  int64_t chunk_words_;
  int64_t blocks_ = 0;  // of one row
};

}  // namespace deltaport
