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
    chunk_blocks_ = Least(blocks_, Ceil(wanted, 2 * scale_blocks_) * 2 * scale_blocks_);
    if (!kCodes) return;
    for (int64_t i = 0; i < 16; i++)
      table_[i] = static_cast<uint8_t>(static_cast<int>(weight.codebook[i]) + V::kByteOffset);
  }

  bool codes() const { return kCodes && !looked_up_; }  // whether chunks hold codes
  int64_t blocks() const { return blocks_; }            // of one row
  int64_t chunks() const { return Ceil(blocks_, chunk_blocks_); }
  int64_t chunk_begin(int64_t chunk) const { return chunk * chunk_blocks_; }
  int64_t panel_floats() const { return Floats(blocks_, kWords); }  // of one prepared panel
  // Needed by Get().
  int64_t scratch_floats() const { return made_floats() + (looked_up_ ? Floats(chunk_blocks_, kBlockQuads) : 0); }

  ByteShape Shape(int64_t chunk) const {
    return {Least(chunk_blocks_, blocks_ - chunk_begin(chunk)), scale_blocks_, chunk == 0};
  }

  BytePanel Get(int64_t panel, int64_t chunk, float* scratch) const {
    int64_t begin = chunk_begin(chunk);
    int64_t end = Least(begin + chunk_blocks_, blocks_);
    const float* words = scratch;
    if (prepared_ != nullptr) {
      words = prepared_ + panel * panel_floats() + Floats(begin, kWords);
    } else {
      Fill(panel, begin, end, scratch);
    }
    if (looked_up_) words = LookUp(words, end - begin, scratch + made_floats());
    const uint32_t* bits = reinterpret_cast<const uint32_t*>(words);
    return {bits, table_, bits};
  }

  // The same words of a later panel, to be fetched while this one is used; where they lie elsewhere or there is no such
  // panel, the words of this one.
  const uint32_t* Ahead(int64_t panel, int64_t step, const BytePanel& chunk) const {
    bool there = prepared_ != nullptr && !looked_up_ && 16 * (panel + step) < weight_.out;
    return there ? chunk.words + step * panel_floats() : chunk.words;
  }

  void Make(int64_t panel, float* to) const { Fill(panel, 0, blocks_, to); }

 private:
  static constexpr bool kCodes = kFormat == Format::kInt4;
  static constexpr int64_t kWords = kCodes ? 4 : 8;  // of a block
  static constexpr uint32_t kOffsetBits = V::kByteOffset * 0x01010101u;
  static constexpr int64_t kChunkBlocks = 128;  // 64 KiB of a panel's bytes
  static constexpr int64_t kShortBlocks = 8;
  static constexpr int64_t kFewRows = 8;

  static int64_t Ceil(int64_t a, int64_t b) { return (a + b - 1) / b; }
  static int64_t Least(int64_t a, int64_t b) { return a < b ? a : b; }

  // Of the first blocks of a panel or of a chunk.
  int64_t Floats(int64_t blocks, int64_t block_words) const {
    return 16 * (block_words * blocks + Ceil(blocks, 2 * scale_blocks_));
  }
  // Of a chunk that is not prepared.
  int64_t made_floats() const { return prepared_ != nullptr ? 0 : Floats(chunk_blocks_, kWords); }
  // Where word k [16] of a chunk lies.
  int64_t Place(int64_t k, int64_t block_words) const { return 16 * (k + k / (block_words * 2 * scale_blocks_) + 1); }

  // Blocks [begin, end) of 16 rows.
  void Fill(int64_t panel, int64_t begin, int64_t end, float* to) const {
    int64_t words = kWords * (end - begin);
    for (int64_t k = 0; k < words; k += 16) {
      alignas(64) float turned[16][16];
      int64_t count = Least(16, words - k);
      TransposeRows<V>(weight_, panel, kWords * begin + k, kWords * begin + k + count, turned[0]);
      for (int64_t i = 0; i < count; i++) FillWord(turned[i], to + Place(k + i, kWords));
    }
    for (int64_t pair = begin; pair < end; pair += 2 * scale_blocks_) {
      uint16_t* halves = reinterpret_cast<uint16_t*>(to + Floats(pair - begin, kWords));
      FillScales(panel, pair / scale_blocks_, halves);
      if (pair + scale_blocks_ < end) FillScales(panel, pair / scale_blocks_ + 1, halves + 16);
    }
  }

  // One word of 16 rows.
  static void FillWord(const float* from, float* to) {
    uint32_t bits[16];
    std::memcpy(bits, from, 64);
    for (uint32_t& word : bits) word = kCodes ? Spread(word) | Spread(word >> 16) << 4 : word ^ kOffsetBits;
    std::memcpy(to, bits, 64);
  }

  // Scale `index` of 16 rows.
  void FillScales(int64_t panel, int64_t index, uint16_t* to) const {
    for (int64_t lane = 0; lane < 16; lane++) {
      int64_t row = Least(16 * panel + lane, weight_.out - 1);
      std::memcpy(to + lane, weight_.scales + 2 * (row * weight_.blocks_in() + index), 2);
    }
  }

  // The low four nibbles, each the low one of a byte: so four codes that follow each other in a row meet one quad.
  static uint32_t Spread(uint32_t word) {
    word &= 0xffffu;
    word = (word | word << 8) & 0x00ff00ffu;
    return (word | word << 4) & 0x0f0f0f0fu;
  }

  const float* LookUp(const float* codes, int64_t blocks, float* to) const {
    float* made = to;
    for (int64_t pair = 0; pair < blocks; pair += 2 * scale_blocks_) {
      V::StoreWords(to, V::LoadWords(codes));  // scales
      codes += 16;
      to += 16;
      for (int64_t k = 0; k < kWords * Least(2 * scale_blocks_, blocks - pair); k++) {
        typename V::I words = V::LoadWords(codes);
        V::StoreWords(to, V::LookupLow(words, table_));
        V::StoreWords(to + 16, V::LookupHigh(words, table_));
        codes += 16;
        to += 32;
      }
    }
    return made;
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
