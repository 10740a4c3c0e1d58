// Blocked attention over float lanes, compiled for one level.
#pragma once

#include <cstdint>

#include "core/activation.h"
#include "matmul/make_form.h"
#include "ops/gated_attention/blocked.h"
#include "ops/gated_attention/cache_panels.h"
#include "ops/gated_attention/norm_rotate.h"
#include "simd/math.h"

namespace deltaport {

// What some keys give a row: the largest score, and relative to it the sum of the weights and of the weighted values.
template <class V>
struct KeySum {
  using F = typename V::F;

  float* values;  // [n]
  float& largest;
  float& total;

  void Clear(int64_t n) {
    for (int64_t i = 0; i < n; i += 16) V::Store(values + i, V::Zero(), n - i);
    largest = -__builtin_inff();
    total = 0;
  }

  void Set(const KeySum& part, int64_t n) {
    for (int64_t i = 0; i < n; i += 16) V::Store(values + i, V::Load(part.values + i, n - i), n - i);
    largest = part.largest;
    total = part.total;
  }

  // Adds what the next part of the keys gives.
  void Add(const KeySum& part, int64_t n) {
    if (part.total == 0) return;                                    // the row sees none of it; a NaN is no 0
    float most = part.largest <= largest ? largest : part.largest;  // a NaN stays
    F older = Exp<V>(V::Set(largest - most));
    F newer = Exp<V>(V::Set(part.largest - most));
    for (int64_t i = 0; i < n; i += 16) {
      F sum = V::Mul(older, V::Load(values + i, n - i));
      V::Store(values + i, V::Fma(newer, V::Load(part.values + i, n - i), sum), n - i);
    }
    total = V::First(older) * total + V::First(newer) * part.total;
    largest = most;
  }

  // That of a row in `sums` [rows, n + 2].
  static KeySum At(float* sums, int64_t row, int64_t n) {
    float* own = sums + row * (n + 2);
    return {own, own[n], own[n + 1]};
  }
};

// KeyForm multiplies queries by keys, ValueForm probabilities by values; their elements take kElementBytes.
template <class KeyForm, class ValueForm, int kElementBytes>
class AttentionTile {
 public:
  using V = typename KeyForm::Lanes;
  using F = typename V::F;
  using Cache = CachePanels<V, kElementBytes>;
  static constexpr int64_t kKeys = 128;  // of a step
  static constexpr float kMinusInfinity = -__builtin_inff();

  static int64_t Floats(const GatedAttentionParams& p, int64_t rows) {
    int64_t padded = (p.cache.head_dim + 15) / 16 * 16;
    int64_t packed = Cache::KeyWords(p.cache.head_dim) * KeyForm::kElements;
    return kKeys * Cache::KeyWords(p.cache.head_dim) + padded * kKeys + 2 * V::kRows * kKeys +
           rows * (padded + packed + p.cache.head_dim + 4) + Cache::EdgeFloats(p.cache.head_dim) + 128;
  }

  AttentionTile(const GatedAttentionParams& params, const AttentionTask& work, float* scratch)
      : p(params),
        task(work),
        head_dim(params.cache.head_dim),
        padded((head_dim + 15) / 16 * 16),
        words(Cache::KeyWords(head_dim)),
        group(GroupOf(params)),
        keys(scratch),
        values(keys + kKeys * words),
        scores(values + padded * kKeys),
        packed_scores(scores + V::kRows * kKeys),
        sums(packed_scores + V::kRows * kKeys),
        queries{sums + Rows() * padded, Rows(), words * KeyForm::kElements, V::kRows},
        largest(queries.data + Rows() * queries.row_floats),
        totals(largest + Rows()),
        joined(totals + Rows()),
        cache(params, work.seq, work.kv_head, joined + Rows() * (head_dim + 2)) {}

  void Run() {
    PackQueries();
    if (task.part != nullptr) {
      RunPart(task.key_begin, task.key_end);
      for (int64_t i = 0; i < Rows(); i++) KeySum<V>::At(task.part, i, head_dim).Set(OfPart(i), head_dim);
      return;
    }
    for (int64_t i = 0; i < Rows(); i++) OfAll(i).Clear(head_dim);
    for (int64_t key = 0; key < task.key_end; key += kPartKeys) {
      RunPart(key, task.key_end - key < kPartKeys ? task.key_end : key + kPartKeys);
      for (int64_t i = 0; i < Rows(); i++) OfAll(i).Add(OfPart(i), head_dim);
    }
    for (int64_t i = 0; i < Rows(); i++) Gate(p, TokenOf(i), HeadOf(i), OfAll(i));
  }

 private:
  int64_t Rows() const { return (task.end - task.begin) * group; }
  int64_t TokenOf(int64_t row) const { return task.begin + row / group; }
  int64_t HeadOf(int64_t row) const { return task.kv_head * group + row % group; }
  // Keys that a row sees, from the first of the sequence.
  int64_t Visible(int64_t row) const { return p.past_lens[task.seq] + TokenOf(row) - p.cu_seq_lens[task.seq] + 1; }

  void PackQueries() {
    float scale = 1.0f / __builtin_sqrtf(static_cast<float>(head_dim));
    for (int64_t t = 0; t < queries.tiles(); t++) {
      const float* from[16];
      for (int64_t i = 0; i < queries.height(t); i++) {
        int64_t row = queries.begin(t) + i;
        float* query = sums + row * padded;  // not in use yet
        const float* q = p.q_gate + (TokenOf(row) * p.q_heads + HeadOf(row)) * 2 * head_dim;
        NormRotate<V>(p, q, p.q_norm, TokenOf(row), scale, query);
        from[i] = query;
      }
      FormFunctions<KeyForm>::Pack(from, queries.height(t), 0, head_dim, head_dim, queries.tile(t));
    }
  }

  // What a row has of the keys of this part so far, and of all parts before.
  KeySum<V> OfPart(int64_t row) const { return {sums + row * padded, largest[row], totals[row]}; }
  KeySum<V> OfAll(int64_t row) const { return KeySum<V>::At(joined, row, head_dim); }

  // Keys [begin, end) of one part.
  void RunPart(int64_t begin, int64_t end) {
    for (int64_t i = 0; i < Rows(); i++) OfPart(i).Clear(padded);
    for (int64_t key = begin; key < end; key += kKeys) Step(key, end - key < kKeys ? end - key : kKeys);
  }

  // Keys [key, key + count) against all rows that see any of them.
  void Step(int64_t key, int64_t count) {
    for (int64_t i = 0; i < count; i += 16) cache.FillKeys(key + i, count - i, keys + i * words);
    FillValues(key, count);
    bool apart = Visible(0) < key + count && !AllFinite(count);
    for (int64_t t = 0; t < queries.tiles(); t++) {
      int64_t first = queries.begin(t);
      int64_t height = queries.height(t);
      if (Visible(first + height - 1) <= key) continue;
      Multiply<KeyForm>(height, queries.tile(t), keys, words, (count + 15) / 16, true, scores, kKeys, kKeys);
      const float* from[16];
      for (int64_t i = 0; i < height; i++) {
        from[i] = scores + i * kKeys;
        Weigh(first + i, Visible(first + i) - key, count, scores + i * kKeys);
      }
      if (apart) {
        AddValuesApart(first, height, key, count);
        continue;
      }
      AddValues(first, height, from, count);
    }
  }

  void FillValues(int64_t key, int64_t count) { cache.FillValues(key, count, values, 16 * ValueWords(count)); }

  static int64_t ValueWords(int64_t count) { return (count + Cache::kPairs - 1) / Cache::kPairs; }

  // The sums of rows first to first + height += the weights at from [height], [count] each, times the step's values.
  void AddValues(int64_t first, int64_t height, const float* const* from, int64_t count) {
    FormFunctions<ValueForm>::Pack(from, height, 0, count, count, packed_scores);
    Multiply<ValueForm>(height, packed_scores, values, ValueWords(count), padded / 16, false, sums + first * padded,
                        padded, padded);
  }

  // The same row by row over the values that each sees: a weight of zero does not keep a NaN of the others out.
  void AddValuesApart(int64_t first, int64_t height, int64_t key, int64_t count) {
    for (int64_t i = 0; i < height; i++) {
      int64_t seen = Visible(first + i) - key;
      if (seen <= 0) continue;
      if (seen > count) seen = count;
      FillValues(key, seen);
      const float* from = scores + i * kKeys;
      AddValues(first + i, 1, &from, seen);
    }
    FillValues(key, count);
  }

  // Of the values of a step: a word holds a float or two bfloat16, whose exponents are ones where it is not finite.
  bool AllFinite(int64_t count) const {
    int64_t n = ValueWords(count) * padded;
    uint32_t found = 0;
    for (int64_t i = 0; i < n; i++) {
      uint32_t word;
      __builtin_memcpy(&word, values + i, 4);
      found |= (word & 0x7f800000u) == 0x7f800000u;
      if (kElementBytes == 2) found |= (word & 0x7f80u) == 0x7f80u;
    }
    return found == 0;
  }

  // c [height, 16 * panels] (+)= a times panels of [words, 16].
  template <class Form>
  static void Multiply(int64_t height, const float* a, const float* panels, int64_t words, int64_t count, bool first,
                       float* c, int64_t stride, int64_t width) {
    ChunkShape shape{words, words, first};
    for (int64_t j = 0; j < count; j += V::kVectors) {
      PanelChunk chunks[V::kVectors];
      for (int64_t i = 0; i < V::kVectors; i++) {
        const float* panel = panels + (j + i < count ? j + i : j) * 16 * words;
        const uint32_t* bits = reinterpret_cast<const uint32_t*>(panel);
        chunks[i] = {bits, nullptr, nullptr, nullptr, bits};
      }
      int64_t columns = 16 * (count - j);
      TileOf<Form, V::kVectors>(height)(a, chunks, shape, {c + 16 * j, stride, columns < width ? columns : width});
    }
  }

  // Turns the scores of a row, `visible` of which count, into weights, and what it has summed to the same measure.
  void Weigh(int64_t row, int64_t visible, int64_t count, float* score) {
    int64_t lanes = (count + 15) / 16 * 16;
    int64_t known = visible < count ? (visible < 0 ? 0 : visible) : count;
    for (int64_t i = known; i < lanes; i++) score[i] = kMinusInfinity;
    F most = V::Load(score);
    for (int64_t i = 16; i < lanes; i += 16) most = V::Max(most, V::Load(score + i));
    float before = largest[row];
    float now = V::Largest(most);
    now = now <= before ? before : now;  // a NaN stays, and makes every weight one
    // The largest of the lanes may have lost a NaN. Elsewhere it comes back as a weight; here there would be none.
    for (int64_t i = 0; now == kMinusInfinity && i < known; i++) now = score[i] <= now ? now : score[i];
    if (now == kMinusInfinity) {
      for (int64_t i = 0; i < lanes; i++) score[i] = 0;
      return;
    }
    F total = V::Zero();
    for (int64_t i = 0; i < lanes; i += 16) {
      F weight = Exp<V>(V::Sub(V::Load(score + i), V::Set(now)));
      V::Store(score + i, weight);
      total = V::Add(total, weight);
    }
    if (now > before) {
      F shrink = Exp<V>(V::Set(before - now));
      float* sum = sums + row * padded;
      for (int64_t i = 0; i < padded; i += 16) V::Store(sum + i, V::Mul(V::Load(sum + i), shrink));
      totals[row] *= V::First(shrink);
      largest[row] = now;
    }
    totals[row] += V::Sum(total);
  }

 public:
  // y of a head = values / total * sigmoid(gate).
  static void Gate(const GatedAttentionParams& p, int64_t token, int64_t head, const KeySum<V>& sum) {
    const int64_t n = p.cache.head_dim;
    const float* gate = p.q_gate + ((token * p.q_heads + head) * 2 + 1) * n;
    float* y = p.y + (token * p.q_heads + head) * n;
    for (int64_t i = 0; i < n; i += 16) {
      F mean = V::Div(V::Load(sum.values + i, n - i), V::Set(sum.total));
      V::Store(y + i, V::Mul(mean, Sigmoid<V>(V::Load(gate + i, n - i))), n - i);
    }
  }

 private:
  const GatedAttentionParams& p;
  const AttentionTask& task;
  const int64_t head_dim;
  const int64_t padded;
  const int64_t words;  // of a key
  const int64_t group;
  float* const keys;           // [kKeys / 16, words, 16]
  float* const values;         // [padded / 16, words of a step, 16]
  float* const scores;         // [V::kRows, kKeys]
  float* const packed_scores;  // [kKeys elements, V::kRows]
  float* const sums;           // [rows, padded]: weighted values of this part
  const PackedRows queries;
  float* const largest;  // [rows]: score so far
  float* const totals;   // [rows]: of the weights
  float* const joined;   // [rows, head_dim + 2]: all parts so far
  const Cache cache;
};

template <class V>
struct AttentionFunctions {
  using F = typename V::F;
  using F32 = ExactForm<V, WidenF32>;

  static void Append(const GatedAttentionParams& p, int64_t seq, int64_t token, float* key) {
    const KvCache& cache = p.cache;
    int64_t position = p.past_lens[seq] + token - p.cu_seq_lens[seq];
    int64_t block = p.block_table[seq * p.max_blocks + position / cache.block];
    for (int64_t head = 0; head < cache.kv_heads; head++) {
      int64_t offset = (token * cache.kv_heads + head) * cache.head_dim;
      NormRotate<V>(p, p.k + offset, p.k_norm, token, 1.0f, key);
      StoreKv(cache, cache.keys, block, head, position % cache.block, key);
      StoreKv(cache, cache.values, block, head, position % cache.block, p.v + offset);
    }
  }

  static void Merge(const GatedAttentionParams& p, const AttentionTask& first, int64_t parts, float* sum) {
    const int64_t n = p.cache.head_dim;
    const int64_t group = GroupOf(p);
    const int64_t rows = (first.end - first.begin) * group;
    float largest;
    float total;
    KeySum<V> all{sum, largest, total};
    for (int64_t row = 0; row < rows; row++) {
      all.Clear(n);
      for (int64_t i = 0; i < parts; i++) all.Add(KeySum<V>::At(first.part, i * rows + row, n), n);
      AttentionTile<F32, F32, 4>::Gate(p, first.begin + row / group, first.kv_head * group + row % group, all);
    }
  }
};

// Everything in float32: the cache widened.
template <class V>
struct ExactAttention : AttentionFunctions<V> {
  using F32 = ExactForm<V, WidenF32>;
  using Tile = AttentionTile<F32, F32, 4>;

  static void Attend(const GatedAttentionParams& p, const AttentionTask& task, float* scratch) {
    Tile(p, task, scratch).Run();
  }

  static const AttentionLanes& Lanes() {
    static constexpr AttentionLanes lanes = {ExactAttention::Append, Tile::Floats, Attend, ExactAttention::Merge};
    return lanes;
  }
};

}  // namespace deltaport
