// The arguments of the CUDA kernels (kernels.h), each one struct by value. Read by device code as well: no header but
// <cstdint> and enums. Pointers are device pointers.
#pragma once

#include <cstdint>

#include "core/activation_kind.h"
#include "core/delta_inputs.h"
#include "core/format.h"

namespace deltaport::cuda {

struct RmsNormArgs {
  const float* x;         // [tokens, hidden]
  const float* weight;    // [hidden]
  const float* residual;  // [tokens, hidden] or null
  float* y;               // [tokens, hidden]
  float* sum;             // [tokens, hidden] or null
  int64_t hidden;
  float epsilon;
};

// Where the parts of one weight lie; null = it has none.
struct WeightParts {
  const uint8_t* data;         // rows of row_bytes
  const uint8_t* scales;       // [ceil(out / block_out), blocks_in] of scale_format
  const uint8_t* zero_points;  // u8, shape of the scales
  float factor;                // of the scales, fp4 only
};

// What the weights of one product have in common.
struct WeightForm {
  int64_t row_bytes;  // from one row to the next
  int32_t out;
  int32_t in;
  int32_t block_out;
  int32_t block_in;
  int32_t blocks_in;
  Format format;
  Format scale_format;
  float codebook[16];  // int4 and fp4
};

// How much of a product one block computes.
struct ProductTile {
  int rows;  // of x
  int outs;
};
constexpr ProductTile kExactTile = {4, 8};
constexpr ProductTile kNarrowTile = {8, 16};
constexpr ProductTile kMiddleTile = {64, 128};
constexpr ProductTile kWideTile = {128, 256};
constexpr int kWideStages = 4;  // steps in the shared memory of a middle or wide block
constexpr int kStep = 32;       // columns that tensor cores multiply at once; a scale holds for all of them

// Where there is wgmma.
constexpr ProductTile kWgmmaTile = {256, 128};
constexpr int kWgmmaThreads = 256;
constexpr int kWgmmaSums = 128;    // of a thread
constexpr int kWgmmaColumns = 64;  // in a stage
constexpr int kWgmmaStages = 4;
constexpr int kWgmmaBytes = kWgmmaStages * (kWgmmaTile.outs + kWgmmaTile.rows) * kWgmmaColumns * 2;

constexpr int StepsOf(const WeightForm& form) { return (form.in + kStep - 1) / kStep; }

// Bytes of a row of a weight in a step.
constexpr int StepBytes(Format format) {
  return format == Format::kInt4 ? kStep / 2 : format == Format::kInt8 || format == Format::kFp8 ? kStep : kStep * 2;
}

// Shared memory that a middle or wide kernel asks for.
constexpr int StagesBytes(Format format, const ProductTile& tile) {
  return kWideStages * (tile.outs * StepBytes(format) + tile.rows * (kStep * 2 + 4));
}

// y = x W^T for groups of rows that share a weight. Row r of the product reads row r / x_share of x. Which weight a row
// has: the one of its tile (`tiles`), its own (`selected`), or all rows the same.
struct ProductArgs {
  const float* x;     // [rows / x_share, in]
  const float* pair;  // as x or null: the product reads activation(x) * pair instead of x
  const float* bias;  // [out] or null
  float* y;           // [weights of the launch, rows, out]
  // One or two weights of one form, one a grid.z; or, where `experts` is given, experts[3 * expert + first_part + z].
  WeightParts weights[2];
  const WeightParts* experts;  // [experts, 3] or null
  const int32_t* selected;     // [rows]: expert of each row; or null
  const int32_t* tiles;        // [tile_count, 3]: expert, first entry of `order`, entries (0 = nothing to do); or null
  const int32_t* order;        // [rows]: the rows, grouped by expert
  // x, or activation(x) * pair, as round_inputs makes them for all but exact and narrow tiles.
  const uint16_t* rounded;    // [rows / x_share, steps, kStep]
  const float* rounded_sums;  // [rows / x_share, steps], int4 only
  WeightForm form;
  int32_t rows;
  int32_t tile_count;
  int32_t tile_rows;  // most entries of a tile of `tiles`
  int32_t first_part;
  int32_t x_share;
  Activation activation;  // of pair
};

struct RoundArgs {
  const float* x;     // [rows, in]
  const float* pair;  // as ProductArgs::pair
  uint16_t* y;        // [rows, steps, kStep]: bfloat16, zeros past `in`
  float* sums;        // [rows, steps], or null
  int32_t in;
  int32_t steps;
  Activation activation;
};

struct GatherRowsArgs {
  WeightParts table;
  WeightForm form;
  const int64_t* rows;  // [m]
  float* y;             // [m, width]
};

struct ConcatArgs {
  const float* a;  // [tokens, m]
  const float* b;  // [tokens, n]
  float* y;        // [tokens, m + n]
  int64_t m;
  int64_t n;
};

struct RotaryTableArgs {
  const int64_t* positions;    // [tokens]
  const int32_t* cu_seq_lens;  // [seqs + 1]
  const float* inv_freq;       // [1 or 2, half]
  float* cos_sin;              // [tokens, 2 * half]
  int64_t original_max;        // 0 = frequencies are fixed
  int32_t half;
  bool dynamic;
  float attention_factor;
  float theta;
  float factor;
  float exponent;  // dim / (dim - 2)
  float dim;
};

struct TopKArgs {
  const float* logits;  // [n, vocab]
  float* values;        // [n, k]
  int64_t* ids;         // [n, k]
  uint64_t* keys;       // [n, capacity]
  int64_t vocab;
  int64_t k;
  int64_t capacity;  // a power of two from k
};

struct RouteArgs {
  const float* x;                   // [tokens, hidden]
  const float* shared_expert_gate;  // [hidden]
  const float* logits;              // [tokens, experts]
  int32_t* experts_of;              // [tokens, top_k]
  float* weights;                   // [tokens, top_k]
  float* shared_weights;            // [tokens]
  int64_t hidden;
  int32_t experts;
  int32_t top_k;
  bool norm_topk_prob;
};

struct GroupArgs {
  const int32_t* experts_of;  // [rows]
  int32_t* tiles;             // [tile_count, 3], as ProductArgs::tiles
  int32_t* order;             // [rows]
  int64_t rows;
  int64_t tile_count;
  int32_t experts;
  int32_t tile_rows;
};

struct CombineArgs {
  const float* routed;          // [tokens, top_k, hidden]
  const float* weights;         // [tokens, top_k]
  const float* shared;          // [tokens, hidden]
  const float* shared_weights;  // [tokens]
  float* y;                     // [tokens, hidden]
  int64_t hidden;
  int32_t top_k;
};

constexpr int kDeltaChunk = 8;     // tokens
constexpr int kDeltaColumns = 32;  // of a state in a block, one a lane

struct DeltaArgs {
  DeltaInputs in;              // q, k, v, z, b, a of [tokens]
  const float* conv_weight;    // [conv_dim, kernel]
  const float* a_exp;          // [v_heads]
  const float* dt_bias;        // [v_heads]
  const float* norm_weight;    // [v_dim]
  const int32_t* cu_seq_lens;  // [seqs + 1]
  const int32_t* load_slots;   // [seqs]
  const int32_t* save_slots;   // [tokens]
  float* conv_state;           // [rows, kernel - 1, conv_dim]
  float* recurrent_state;      // [rows, v_heads, k_dim, v_dim]
  float* q;                    // [tokens, k_heads, k_dim], normed and scaled
  float* k;                    // [tokens, k_heads, k_dim], normed
  float* v;                    // [tokens, v_heads, v_dim]
  float* decay;                // [tokens, v_heads]
  float* beta;                 // [tokens, v_heads]
  float* kk;                   // [tokens, k_heads, kDeltaChunk]: k_s . k_t within chunks
  float* kq;                   // [tokens, k_heads, kDeltaChunk]: k_s . q_t within chunks
  float* out;                  // [tokens, v_heads, v_dim], before the norm
  float* y;                    // [tokens, v_heads, v_dim]
  int32_t most_recurrent;      // tokens of a sequence that are taken one by one; those of a longer one in chunks
  int32_t seqs;
  int32_t kernel;
  int32_t k_heads;
  int32_t k_dim;
  int32_t v_heads;
  int32_t v_dim;
  Activation activation;
  float epsilon;
};

// pool/kv_cache.h
struct CacheArgs {
  uint8_t* keys;    // [blocks, block_bytes]
  uint8_t* values;  // [blocks, block_bytes]
  int64_t block_bytes;
  int32_t block;
  int32_t kv_heads;
  int32_t head_dim;
  int32_t element_bytes;  // 4: f32, 2: bf16, 1: int8 with scales
};

constexpr int kHeads = 8;         // query heads in a block, all of one KV head
constexpr int kMostDim = 256;     // of a head
constexpr int kAttendTokens = 4;  // in a block of attention_wide

struct AttentionArgs {
  const float* q_gate;         // [tokens, q_heads, 2 (query, gate), head_dim]
  const float* k;              // [tokens, kv_heads, head_dim]
  const float* v;              // [tokens, kv_heads, head_dim]
  const float* q_norm;         // [head_dim]
  const float* k_norm;         // [head_dim]
  const float* cos_sin;        // [tokens, rotary]
  const int32_t* cu_seq_lens;  // [seqs + 1]
  const int32_t* past_lens;    // [seqs]
  const int32_t* block_table;  // [seqs, max_blocks]
  float* queries;              // [tokens, q_heads, head_dim], normed, rotated, scaled
  float* partial;              // [tokens of the launch, q_heads, chunks, head_dim] or null: no split
  float* partial_sums;         // [tokens of the launch, q_heads, chunks, 2 (largest, sum)]
  float* y;                    // [tokens, q_heads, head_dim]
  CacheArgs cache;
  int64_t max_blocks;
  int32_t seqs;
  int32_t q_heads;
  int32_t query_groups;  // blocks a KV head
  int32_t rotary;
  int32_t chunks;
  int32_t chunk_keys;   // keys with a softmax of their own
  int32_t first_token;  // of the launch
  float epsilon;
  float scale;
};

}  // namespace deltaport::cuda
