// A weight of int8, or of int4 whose codebook is int8, as panels of 16 rows for products of bytes: taken from its
// prepared form, or made on the way where it lies mapped. Compiled for one level: all code hangs on V.
#pragma once

#include <cstdint>

#include "matmul/byte_tile.h"
#include "matmul/transpose.h"

namespace deltaport {

template <class V, Format kFormat>
class BytePanels {
 public:
  using Chunk = BytePanel;

  // Whether 32 activations never meet two scales, and every weight times its scale is a byte times its scale.
  static bool Takes(const WeightView& weight) {
    if (weight.block_in < weight.in && weight.block_in % kByteBlock != 0) return false;
    if (weight.block_out != 1 || weight.scale_format != Format::kF16 || weight.zero_points != nullptr) return false;
    for (int64_t i = 0; kFormat == Format::kInt4 && i < 16; i++) {
      float value = weight.codebook[i];
      if (!(value >= -127 && value <= 127) || value != static_cast<float>(static_cast<int>(value))) return false;
    }
    return true;
  }

  // `rows` that will meet the weight: with few of them a panel is made in pieces that stay in the nearest cache, or
  // streamed whole where it is prepared; with many its codes are looked up once for all.
  BytePanels(const WeightView& weight, int64_t rows)
      : weight_(weight),
        blocks_(Ceil(weight.in, kByteBlock)),
        scale_blocks_(weight.block_in < weight.in ? weight.block_in / kByteBlock : blocks_),
        prepared_(static_cast<const float*>(weight.prepared)),
        looked_up_(kCodes && rows > kFewRows) {
    int64_t wanted = rows > kFewRows ? kChunkBlocks : prepared_ == nullptr ? kShortBlocks : blocks_;
    wanted = Ceil(blocks_, Ceil(blocks_, wanted));  // pieces of even length
    chunk_blocks_ = Least(blocks_, Ceil(wanted, scale_blocks_) * scale_blocks_);
    if (!kCodes) return;
    for (int64_t i = 0; i < 16; i++) table_[i] = static_cast<uint8_t>(static_cast<int>(weight.codebook[i]) + 128);
  }

  bool codes() const { return kCodes && !looked_up_; }  // whether chunks hold codes
  int64_t blocks() const { return blocks_; }            // of one row
  int64_t chunks() const { return Ceil(blocks_, chunk_blocks_); }
  int64_t chunk_begin(int64_t chunk) const { return chunk * chunk_blocks_; }
  // Of one prepared panel: all words of 16 rows, then their scales, to a whole cache line.
  int64_t panel_floats() const { return 16 * (kWords * blocks_ + Ceil(Scales(blocks_), 2)); }
  // Needed by Get().
  int64_t scratch_floats() const { return made_floats() + (looked_up_ ? 16 * kBlockQuads * chunk_blocks_ : 0); }

  ByteShape Shape(int64_t chunk) const {
    return {Least(chunk_blocks_, blocks_ - chunk_begin(chunk)), scale_blocks_, chunk == 0};
  }

  BytePanel Get(int64_t panel, int64_t chunk, float* scratch) const {
    int64_t begin = chunk_begin(chunk);
    int64_t end = Least(begin + chunk_blocks_, blocks_);
    const float* words = scratch;
    const float* scales = scratch + 16 * kWords * chunk_blocks_;
    if (prepared_ != nullptr) {
      words = prepared_ + panel * panel_floats() + 16 * kWords * begin;
      scales = prepared_ + panel * panel_floats() + 16 * kWords * blocks_ + 8 * (begin / scale_blocks_);
    } else {
      Fill(panel, begin, end, scratch, scratch + 16 * kWords * chunk_blocks_);
    }
    if (looked_up_) words = LookUp(words, end - begin, scratch + made_floats());
    const uint32_t* bits = reinterpret_cast<const uint32_t*>(words);
    return {bits, reinterpret_cast<const uint16_t*>(scales), table_, bits};
  }

  // The same words of a later panel, to be fetched while this one is used; where they lie elsewhere or there is no such
  // panel, the words of this one.
  const uint32_t* Ahead(int64_t panel, int64_t step, const BytePanel& chunk) const {
    bool there = prepared_ != nullptr && !looked_up_ && 16 * (panel + step) < weight_.out;
    return there ? chunk.words + step * panel_floats() : chunk.words;
  }

  void Make(int64_t panel, float* to) const { Fill(panel, 0, blocks_, to, to + 16 * kWords * blocks_); }

 private:
  static constexpr bool kCodes = kFormat == Format::kInt4;
  static constexpr int64_t kWords = kCodes ? 4 : 8;  // of a block
  static constexpr int64_t kChunkBlocks = 128;       // 64 KiB of a panel's bytes
  static constexpr int64_t kShortBlocks = 8;
  static constexpr int64_t kFewRows = 8;

  static int64_t Ceil(int64_t a, int64_t b) { return (a + b - 1) / b; }
  static int64_t Least(int64_t a, int64_t b) { return a < b ? a : b; }

  int64_t Scales(int64_t blocks) const { return Ceil(blocks, scale_blocks_); }
  // Of a chunk that is not prepared.
  int64_t made_floats() const {
    return prepared_ != nullptr ? 0 : 16 * (kWords * chunk_blocks_ + Ceil(Scales(chunk_blocks_), 2));
  }

  // Blocks [begin, end) of 16 rows.
  void Fill(int64_t panel, int64_t begin, int64_t end, float* words, float* scales) const {
    TransposeRows<V>(weight_, panel, kWords * begin, kWords * end, words);
    uint32_t* bits = reinterpret_cast<uint32_t*>(words);
    for (int64_t i = 0; i < 16 * kWords * (end - begin); i++) {
      bits[i] = kCodes ? Spread(bits[i]) | Spread(bits[i] >> 16) << 4 : bits[i] ^ 0x80808080u;
    }
    uint16_t* halves = reinterpret_cast<uint16_t*>(scales);
    for (int64_t lane = 0; lane < 16; lane++) {
      const uint8_t* row = weight_.scales + 2 * Least(16 * panel + lane, weight_.out - 1) * weight_.blocks_in();
      for (int64_t i = begin / scale_blocks_, to = lane; i < Scales(end); i++, to += 16) {
        std::memcpy(halves + to, row + 2 * i, 2);
      }
    }
  }

  // The low four nibbles, each the low one of a byte: so four codes that follow each other in a row meet one quad.
  static uint32_t Spread(uint32_t word) {
    word &= 0xffffu;
    word = (word | word << 8) & 0x00ff00ffu;
    return (word | word << 4) & 0x0f0f0f0fu;
  }

  const float* LookUp(const float* codes, int64_t blocks, float* to) const {
    for (int64_t k = 0; k < kWords * blocks; k++) {
      typename V::I words = V::LoadWords(codes + 16 * k);
      V::StoreWords(to + 32 * k, V::LookupLow(words, table_));
      V::StoreWords(to + 32 * k + 16, V::LookupHigh(words, table_));
    }
    return to;
  }

  const WeightView& weight_;
  int64_t blocks_;
  int64_t scale_blocks_;
  const float* prepared_;
  bool looked_up_;
  int64_t chunk_blocks_;
  alignas(16) uint8_t table_[16] = {};
};

}  // namespace deltaport
