#include <algorithm>
#include <cstring>
#include <functional>

#include "ops/gated_attention/kernel.h"
#include "pools.h"
#include "threads.h"
#include "values.h"

namespace deltaport::test {
namespace {

// Dims are pairwise different, and none is a power of two unless it is said.
struct Shape {
  int64_t q_heads, kv_heads, head_dim, rotary, block;
};

constexpr Shape kShapes[] = {{6, 2, 10, 4, 4}, {3, 3, 7, 6, 5}, {4, 1, 64, 16, 32}, {5, 5, 9, 0, 3}, {8, 2, 33, 32, 8}};

// All inputs of one sequence of `tokens` tokens.
struct Tokens {
  Tokens(Random& random, const Shape& shape, int64_t tokens, float scale = 1)
      : n(tokens),
        q_gate(random.Floats(tokens * shape.q_heads * 2 * shape.head_dim, scale)),
        k(random.Floats(tokens * shape.kv_heads * shape.head_dim, scale)),
        v(random.Floats(tokens * shape.kv_heads * shape.head_dim, scale)) {
    for (int64_t t = 0; t < tokens; t++) {
      for (int64_t i = 0; i < shape.rotary; i++) {
        double angle = static_cast<double>(t) / static_cast<double>(1 + i % std::max<int64_t>(shape.rotary / 2, 1));
        cos_sin.push_back(static_cast<float>(i < shape.rotary / 2 ? std::cos(angle) : std::sin(angle)));
      }
    }
  }

  int64_t n;
  std::vector<float> q_gate;
  std::vector<float> k;
  std::vector<float> v;
  std::vector<float> cos_sin;
};

// Tokens [begin, end) of a sequence whose earlier tokens are cached, and its blocks.
struct Piece {
  const Tokens* tokens;
  int64_t begin;
  int64_t end;
  std::vector<int32_t> blocks;
};

struct Layer {
  Layer(Random& random, const Shape& dims)
      : shape(dims), q_norm(random.Floats(dims.head_dim, 0.5f, 1)), k_norm(random.Floats(dims.head_dim, 0.5f, 1)) {}

  // y of all pieces of one run
  std::vector<float> Run(const Kernel<GatedAttentionParams>& kernel, const TestCache& cache,
                         const std::vector<Piece>& pieces, int64_t thread_count = 2) const {
    std::vector<float> q_gate, k, v, cos_sin;
    std::vector<int32_t> cu_seq_lens = {0}, past_lens, block_table;
    size_t max_blocks = 0;
    for (const Piece& piece : pieces) max_blocks = std::max(max_blocks, piece.blocks.size());
    for (const Piece& piece : pieces) {
      auto append = [&](std::vector<float>& to, const std::vector<float>& from) {
        int64_t width = static_cast<int64_t>(from.size()) / piece.tokens->n;
        to.insert(to.end(), from.begin() + piece.begin * width, from.begin() + piece.end * width);
      };
      append(q_gate, piece.tokens->q_gate);
      append(k, piece.tokens->k);
      append(v, piece.tokens->v);
      append(cos_sin, piece.tokens->cos_sin);
      cu_seq_lens.push_back(cu_seq_lens.back() + static_cast<int32_t>(piece.end - piece.begin));
      past_lens.push_back(static_cast<int32_t>(piece.begin));
      for (size_t i = 0; i < max_blocks; i++) block_table.push_back(i < piece.blocks.size() ? piece.blocks[i] : -1);
    }
    std::vector<float> y(static_cast<size_t>(cu_seq_lens.back() * shape.q_heads * shape.head_dim), NAN);
    GatedAttentionParams params;
    params.q_gate = q_gate.data();
    params.k = k.data();
    params.v = v.data();
    params.q_norm = q_norm.data();
    params.k_norm = k_norm.data();
    params.cos_sin = cos_sin.data();
    params.cu_seq_lens = cu_seq_lens.data();
    params.past_lens = past_lens.data();
    params.block_table = block_table.data();
    params.cache = cache.cache();
    params.y = y.data();
    params.tokens = cu_seq_lens.back();
    params.seqs = static_cast<int64_t>(pieces.size());
    params.max_blocks = static_cast<int64_t>(max_blocks);
    params.q_heads = shape.q_heads;
    params.rotary = shape.rotary;
    params.epsilon = 1e-6f;
    Threads threads(thread_count);
    kernel.Run(params, threads);
    return y;
  }

  std::vector<double> NormRotate(const float* from, const std::vector<float>& norm, const float* cos_sin) const {
    std::vector<double> x;
    double squares = 0;
    for (int64_t i = 0; i < shape.head_dim; i++) squares += static_cast<double>(from[i]) * static_cast<double>(from[i]);
    double inverse = 1 / std::sqrt(squares / static_cast<double>(shape.head_dim) + 1e-6);
    for (int64_t i = 0; i < shape.head_dim; i++) {
      x.push_back(static_cast<double>(from[i]) * inverse * static_cast<double>(norm[static_cast<size_t>(i)]));
    }
    std::vector<double> rotated = x;
    size_t half = static_cast<size_t>(shape.rotary / 2);
    for (size_t i = 0; i < half; i++) {
      double cos = static_cast<double>(cos_sin[i]);
      double sin = static_cast<double>(cos_sin[half + i]);
      rotated[i] = x[i] * cos - x[half + i] * sin;
      rotated[half + i] = x[half + i] * cos + x[i] * sin;
    }
    return rotated;
  }

  // The whole sequence at once, softmax over a row of scores; `store` is what the cache does to a value.
  std::vector<double> Expected(const Tokens& tokens, std::vector<double> (*store)(std::vector<double>)) const {
    std::vector<double> y;
    for (int64_t t = 0; t < tokens.n; t++) {
      for (int64_t h = 0; h < shape.q_heads; h++) {
        int64_t kv = h / (shape.q_heads / shape.kv_heads);
        const float* q_gate = tokens.q_gate.data() + (t * shape.q_heads + h) * 2 * shape.head_dim;
        std::vector<double> q = NormRotate(q_gate, q_norm, tokens.cos_sin.data() + t * shape.rotary);
        std::vector<double> scores;
        for (int64_t j = 0; j <= t; j++) {
          const float* from = tokens.k.data() + (j * shape.kv_heads + kv) * shape.head_dim;
          std::vector<double> key = store(NormRotate(from, k_norm, tokens.cos_sin.data() + j * shape.rotary));
          double score = 0;
          for (size_t i = 0; i < q.size(); i++) score += q[i] * key[i];
          scores.push_back(score / std::sqrt(static_cast<double>(shape.head_dim)));
        }
        double largest = *std::max_element(scores.begin(), scores.end());
        double sum = 0;
        for (double& score : scores) sum += score = std::exp(score - largest);
        std::vector<double> out(q.size());
        for (int64_t j = 0; j <= t; j++) {
          const float* from = tokens.v.data() + (j * shape.kv_heads + kv) * shape.head_dim;
          std::vector<double> value = store({from, from + shape.head_dim});
          for (size_t i = 0; i < out.size(); i++) out[i] += scores[static_cast<size_t>(j)] / sum * value[i];
        }
        for (int64_t i = 0; i < shape.head_dim; i++) {
          y.push_back(out[static_cast<size_t>(i)] * SigmoidOf(static_cast<double>(q_gate[shape.head_dim + i])));
        }
      }
    }
    return y;
  }

  std::vector<double> ExpectedRounded(const Tokens& tokens) const {
    std::vector<double> y;
    double scale = 1 / std::sqrt(static_cast<double>(shape.head_dim));
    for (int64_t t = 0; t < tokens.n; t++) {
      for (int64_t h = 0; h < shape.q_heads; h++) {
        int64_t kv = h / (shape.q_heads / shape.kv_heads);
        const float* q_gate = tokens.q_gate.data() + (t * shape.q_heads + h) * 2 * shape.head_dim;
        std::vector<double> q = NormRotate(q_gate, q_norm, tokens.cos_sin.data() + t * shape.rotary);
        for (double& value : q) value = ToBf16(value * scale);
        std::vector<double> out(q.size());
        double largest = -1e30;
        double total = 0;
        for (int64_t begin = 0; begin <= t; begin += 128) {
          std::vector<double> scores;
          for (int64_t j = begin; j <= std::min(t, begin + 127); j++) {
            const float* from = tokens.k.data() + (j * shape.kv_heads + kv) * shape.head_dim;
            std::vector<double> key = NormRotate(from, k_norm, tokens.cos_sin.data() + j * shape.rotary);
            scores.push_back(0);
            for (size_t i = 0; i < q.size(); i++) scores.back() += q[i] * ToBf16(key[i]);
          }
          double now = std::max(largest, *std::max_element(scores.begin(), scores.end()));
          for (double& value : out) value *= std::exp(largest - now);
          total *= std::exp(largest - now);
          largest = now;
          for (size_t j = 0; j < scores.size(); j++) {
            const float* from =
                tokens.v.data() + ((begin + static_cast<int64_t>(j)) * shape.kv_heads + kv) * shape.head_dim;
            double weight = std::exp(scores[j] - now);
            total += weight;
            for (size_t i = 0; i < out.size(); i++) out[i] += ToBf16(weight) * ToBf16(static_cast<double>(from[i]));
          }
        }
        for (int64_t i = 0; i < shape.head_dim; i++) {
          double gate = SigmoidOf(static_cast<double>(q_gate[shape.head_dim + i]));
          y.push_back(out[static_cast<size_t>(i)] / total * gate);
        }
      }
    }
    return y;
  }

  Shape shape;
  std::vector<float> q_norm;
  std::vector<float> k_norm;
};

std::vector<double> StoreF32(std::vector<double> x) { return x; }

std::vector<double> StoreBf16(std::vector<double> x) {
  for (double& value : x) {
    if (value == 0) continue;
    double ulp = std::ldexp(1, std::ilogb(value) - 7);
    value = std::nearbyint(value / ulp) * ulp;
  }
  return x;
}

std::vector<double> StoreInt8(std::vector<double> x) {
  double largest = 0;
  for (double value : x) largest = std::max(largest, std::fabs(value));
  double scale = largest / 127;
  for (double& value : x) value = scale == 0 ? 0 : std::nearbyint(value / scale) * scale;
  return x;
}

// n blocks in a shuffled order, starting at `first`
std::vector<int32_t> Blocks(Random& random, int64_t tokens, int64_t block, int32_t first) {
  std::vector<int32_t> blocks;
  for (int64_t i = 0; i < (tokens + block - 1) / block; i++) blocks.push_back(first + static_cast<int32_t>(i));
  for (size_t i = blocks.size(); i > 1; i--)
    std::swap(blocks[i - 1], blocks[static_cast<size_t>(random.Below(static_cast<int64_t>(i)))]);
  return blocks;
}

TestCache Cache(const Shape& shape, int64_t blocks = 64, dp_kv_type type = DP_KV_F32) {
  return TestCache(type, blocks, shape.block, shape.kv_heads, shape.head_dim);
}

void ForEach(const std::function<void(const Kernel<GatedAttentionParams>&, Random&, const Shape&)>& body) {
  ForEachTwin<GatedAttentionParams>(Compute::kExact, [&](const Kernel<GatedAttentionParams>& kernel) {
    Random random(8);
    for (const Shape& shape : kShapes) body(kernel, random, shape);
  });
}

void Append(std::vector<float>& to, const std::vector<float>& from) { to.insert(to.end(), from.begin(), from.end()); }

// Puts a NaN into element `at` of a cached vector, and takes it out again.
class Poison {
 public:
  Poison(const KvCache& cache, uint8_t* part, int64_t block, int64_t head, int64_t token, int64_t at)
      : cache_(cache), part_(part), block_(block), head_(head), token_(token) {
    bytes_.assign(Begin(), Begin() + cache.head_dim * cache.element_bytes());
    std::vector<float> values(static_cast<size_t>(cache.head_dim));
    LoadKv(cache, part, block, head, token, values.data());
    if (cache.type == DP_KV_INT8) scale_ = LoadUnaligned<float>(part + cache.scale(block, head, token));
    values[static_cast<size_t>(at)] = NAN;
    StoreKv(cache, part, block, head, token, values.data());
  }
  ~Poison() {
    std::copy(bytes_.begin(), bytes_.end(), Begin());
    if (cache_.type == DP_KV_INT8) std::memcpy(part_ + cache_.scale(block_, head_, token_), &scale_, 4);
  }
  Poison(const Poison&) = delete;

 private:
  uint8_t* Begin() const { return part_ + cache_.vector(block_, head_, token_); }

  const KvCache& cache_;
  uint8_t* part_;
  int64_t block_, head_, token_;
  std::vector<uint8_t> bytes_;
  float scale_ = 0;
};

void ForEachOfBothModes(const std::function<void(const Kernel<GatedAttentionParams>&)>& body) {
  ForEachTwin<GatedAttentionParams>(Compute::kExact, body);
  ForEachTwin<GatedAttentionParams>(Compute::kFast, body);
}

// Columns `at` (-1 = all) of the query heads of KV head `head` are NaN in a row of y, the others have the bits of
// clean.
void CheckPoisoned(const Shape& shape, const float* y, const float* clean, int64_t head, int64_t at) {
  for (int64_t h = 0; h < shape.q_heads; h++) {
    for (int64_t i = 0; i < shape.head_dim; i++) {
      int64_t column = h * shape.head_dim + i;
      bool sees = h / (shape.q_heads / shape.kv_heads) == head;
      if (sees && (at < 0 || i == at)) {
        CHECK(std::isnan(y[column]));
      } else if (!sees) {
        CHECK_EQUAL(BitsFromFloat(clean[column]), BitsFromFloat(y[column]));
      }
    }
  }
}

// One token after n - 1 cached ones, with a NaN at one position after the other.
void CheckEveryPosition(const Kernel<GatedAttentionParams>& kernel, const Shape& shape, dp_kv_type type, int64_t n,
                        int64_t step) {
  Random random(31);
  Layer layer(random, shape);
  Tokens tokens(random, shape, n);
  TestCache cache = Cache(shape, n / shape.block + 2, type);
  std::vector<int32_t> blocks = Blocks(random, n, shape.block, 1);
  layer.Run(kernel, cache, {{&tokens, 0, n - 1, blocks}});
  Piece last{&tokens, n - 1, n, blocks};
  std::vector<float> clean = layer.Run(kernel, cache, {last});
  for (int64_t position = 0; position < n - 1; position += step) {
    int32_t block = blocks[static_cast<size_t>(position / shape.block)];
    int64_t at = position % shape.head_dim;
    for (bool keys : {true, false}) {
      const KvCache& view = cache.cache();
      Poison poison(view, keys ? view.keys : view.values, block, shape.kv_heads - 1, position % shape.block, at);
      std::vector<float> y = layer.Run(kernel, cache, {last});
      CheckPoisoned(shape, y.data(), clean.data(), shape.kv_heads - 1, keys || type == DP_KV_INT8 ? -1 : at);
    }
  }
}

}  // namespace

TEST(AttentionEqualsDouble) {
  ForEach([](const Kernel<GatedAttentionParams>& kernel, Random& random, const Shape& shape) {
    for (int64_t n : {1, 2, 31, 32, 33, 70}) {
      Layer layer(random, shape);
      Tokens tokens(random, shape, n);
      std::vector<float> y = layer.Run(kernel, Cache(shape), {{&tokens, 0, n, Blocks(random, n, shape.block, 3)}});
      CheckClose(y, layer.Expected(tokens, StoreF32));
    }
  });
}

TEST(AttentionWithLargeScoresIsFinite) {
  ForEach([](const Kernel<GatedAttentionParams>& kernel, Random& random, const Shape& shape) {
    Layer layer(random, shape);
    for (float& norm : layer.q_norm) norm *= 1e4f;
    Tokens tokens(random, shape, 20);
    std::vector<float> y = layer.Run(kernel, Cache(shape), {{&tokens, 0, 20, Blocks(random, 20, shape.block, 0)}});
    for (float value : y) CHECK(std::isfinite(value));
  });
}

TEST(Pitfall7AttentionCutAnywhereEqualsUncut) {
  ForEach([](const Kernel<GatedAttentionParams>& kernel, Random& random, const Shape& shape) {
    Layer layer(random, shape);
    Tokens tokens(random, shape, 13);
    std::vector<double> expected = layer.Expected(tokens, StoreF32);
    for (int64_t cut = 1; cut < 13; cut++) {
      TestCache cache = Cache(shape);
      std::vector<int32_t> blocks = Blocks(random, 13, shape.block, 0);
      std::vector<float> y = layer.Run(kernel, cache, {{&tokens, 0, cut, blocks}});
      Append(y, layer.Run(kernel, cache, {{&tokens, cut, 13, blocks}}));
      CheckClose(y, expected);
    }
  });
}

TEST(Pitfall6AttentionStepOfManyEqualsOneByOne) {
  ForEach([](const Kernel<GatedAttentionParams>& kernel, Random& random, const Shape& shape) {
    Layer layer(random, shape);
    Tokens tokens(random, shape, 23);
    TestCache cache = Cache(shape);
    std::vector<int32_t> blocks = Blocks(random, 23, shape.block, 1);
    std::vector<float> y = layer.Run(kernel, cache, {{&tokens, 0, 9, blocks}});
    for (int64_t t = 9; t < 23; t++) Append(y, layer.Run(kernel, cache, {{&tokens, t, t + 1, blocks}}));
    CheckClose(y, layer.Expected(tokens, StoreF32));
  });
}

TEST(Pitfall10And11AttentionRowsOfARunAreAsAlone) {
  ForEach([](const Kernel<GatedAttentionParams>& kernel, Random& random, const Shape& shape) {
    Layer layer(random, shape);
    struct Part {
      Tokens tokens;
      int64_t past;
    };
    std::vector<Part> parts;
    // decode, prefill, verification and a chunk; the last two with a long past
    for (auto [n, past] : {std::pair<int64_t, int64_t>{41, 40}, {50, 0}, {44, 40}, {60, 40}}) {
      parts.push_back({Tokens(random, shape, n), past});
    }
    std::vector<Piece> pasts;
    std::vector<Piece> pieces;
    std::vector<float> alone;
    int32_t first = 0;
    for (const Part& part : parts) {
      std::vector<int32_t> blocks = Blocks(random, part.tokens.n, shape.block, first);
      first += static_cast<int32_t>(blocks.size());
      Piece past = {&part.tokens, 0, part.past, blocks};
      pieces.push_back({&part.tokens, part.past, part.tokens.n, blocks});
      TestCache cache = Cache(shape, 80);
      if (part.past > 0) {
        pasts.push_back(past);
        layer.Run(kernel, cache, {past});
      }
      Append(alone, layer.Run(kernel, cache, {pieces.back()}, 1));
    }
    TestCache cache = Cache(shape, 80);
    layer.Run(kernel, cache, pasts);
    CheckSame(layer.Run(kernel, cache, pieces, 3), alone);
  });
}

TEST(AttentionSharesBlocksThatItOnlyReads) {
  ForEach([](const Kernel<GatedAttentionParams>& kernel, Random& random, const Shape& shape) {
    Layer layer(random, shape);
    int64_t n = shape.block + 2;
    Tokens tokens(random, shape, n);
    TestCache cache = Cache(shape);
    layer.Run(kernel, cache, {{&tokens, 0, shape.block, {4}}});
    std::vector<float> y =
        layer.Run(kernel, cache, {{&tokens, shape.block, n, {4, 5}}, {&tokens, shape.block, n, {4, 6}}});
    CheckSame({y.begin(), y.begin() + static_cast<int64_t>(y.size() / 2)},
              {y.begin() + static_cast<int64_t>(y.size() / 2), y.end()});
  });
}

TEST(AttentionOverABfloat16Cache) {
  ForEach([](const Kernel<GatedAttentionParams>& kernel, Random& random, const Shape& shape) {
    Layer layer(random, shape);
    Tokens tokens(random, shape, 41);
    std::vector<float> y =
        layer.Run(kernel, Cache(shape, 64, DP_KV_BF16), {{&tokens, 0, 41, Blocks(random, 41, shape.block, 0)}});
    // A value that lies half way may round the other way than in double: one in 2^16 by 2^-8.
    CheckClose(y, layer.Expected(tokens, StoreBf16), 1e-3);
  });
}

// As the fast twins do it: queries, keys, weights and values rounded to bfloat16, a weight relative to the largest
// score of the keys so far, 128 at a time.
TEST(Pitfall28FastAttentionEqualsDoubleOverRoundedInputs) {
  ForEachTwin<GatedAttentionParams>(Compute::kFast, [](const Kernel<GatedAttentionParams>& kernel) {
    Random random(25);
    for (const Shape& shape : kShapes) {
      for (int64_t n : {1, 5, 130, 160}) {
        Layer layer(random, shape);
        Tokens tokens(random, shape, n);
        TestCache cache = Cache(shape, 128, DP_KV_BF16);
        std::vector<float> y = layer.Run(kernel, cache, {{&tokens, 0, n, Blocks(random, n, shape.block, 0)}});
        // Seed 25 has no key or weight so near a border that it rounds the other way than in double.
        CheckClose(y, layer.ExpectedRounded(tokens), kFastBound);
      }
    }
  });
}

TEST(FastAttentionOverAFloat32CacheIsExact) {
  ForEachTwin<GatedAttentionParams>(Compute::kFast, [](const Kernel<GatedAttentionParams>& kernel) {
    Random random(19);
    Layer layer(random, kShapes[0]);
    Tokens tokens(random, kShapes[0], 40);
    std::vector<int32_t> blocks = Blocks(random, 40, kShapes[0].block, 0);
    CheckClose(layer.Run(kernel, Cache(kShapes[0]), {{&tokens, 0, 40, blocks}}), layer.Expected(tokens, StoreF32));
  });
}

// Longer than what one task sees, in one tile of queries and in many.
TEST(AttentionOverManyKeysEqualsDouble) {
  ForEachTwin<GatedAttentionParams>(Compute::kExact, [](const Kernel<GatedAttentionParams>& kernel) {
    Random random(20);
    Shape shape{2, 1, 5, 2, 32};
    Layer layer(random, shape);
    Tokens tokens(random, shape, 2100);
    std::vector<double> expected = layer.Expected(tokens, StoreF32);
    TestCache cache = Cache(shape, 66);
    std::vector<int32_t> blocks = Blocks(random, 2100, shape.block, 0);
    std::vector<float> y = layer.Run(kernel, cache, {{&tokens, 0, 2090, blocks}});
    Append(y, layer.Run(kernel, cache, {{&tokens, 2090, 2099, blocks}}));
    Append(y, layer.Run(kernel, cache, {{&tokens, 2099, 2100, blocks}}));
    CheckClose(y, expected);
  });
}

// Tokens of a sequence from `begin` on, which come in pieces; the keys before them are in the cache already.
struct Stretch {
  const Tokens& tokens;
  int64_t begin;
  dp_kv_type type;
};

// y of the stretch, alone or beside another sequence in each run.
std::vector<float> RunPieces(const Kernel<GatedAttentionParams>& kernel, const Layer& layer, const Stretch& stretch,
                             const std::vector<int64_t>& cuts, const Tokens* other = nullptr) {
  Random random(8);
  const Shape& shape = layer.shape;
  std::vector<int32_t> blocks = Blocks(random, stretch.tokens.n, shape.block, 0);
  int32_t own = static_cast<int32_t>(blocks.size());
  TestCache cache = Cache(shape, 2 * own, stretch.type);
  for (int64_t i = 0; i < stretch.begin; i++) {
    for (uint8_t* part : {cache.cache().keys, cache.cache().values}) {
      int32_t block = blocks[static_cast<size_t>(i / shape.block)];
      StoreKv(cache.cache(), part, block, 0, i % shape.block, random.Floats(shape.head_dim).data());
    }
  }
  std::vector<float> y;
  int64_t from = stretch.begin;
  for (size_t i = 0; i <= cuts.size(); i++) {
    int64_t to = i < cuts.size() ? cuts[i] : stretch.tokens.n;
    std::vector<Piece> pieces = {{&stretch.tokens, from, to, blocks}};
    if (other != nullptr) pieces.push_back({other, 0, other->n, Blocks(random, other->n, shape.block, own)});
    std::vector<float> found = layer.Run(kernel, cache, pieces, other == nullptr ? 2 : 3);
    found.resize(static_cast<size_t>((to - from) * shape.q_heads * shape.head_dim));
    Append(y, found);
    from = to;
  }
  return y;
}

std::vector<int64_t> EveryPosition(int64_t begin, int64_t end) {
  std::vector<int64_t> positions;
  for (int64_t t = begin; t < end; t++) positions.push_back(t);
  return positions;
}

// On both sides of the border between two parts, by steps of one tile of queries and of more.
TEST(ATokensAttentionHasTheSameBitsHoweverItsSequenceIsCut) {
  ForEachTwin<GatedAttentionParams>(Compute::kExact, [](const Kernel<GatedAttentionParams>& kernel) {
    Random random(27);
    auto check = [&](int64_t heads, dp_kv_type type) {  // query heads of a KV head
      Layer layer(random, Shape{heads, 1, 5, 2, 32});
      Tokens tokens(random, layer.shape, 1120);
      Tokens other(random, layer.shape, 7);
      Stretch stretch{tokens, 1088 - 128 / heads, type};
      std::vector<float> expected = RunPieces(kernel, layer, stretch, {});
      CheckSame(RunPieces(kernel, layer, stretch, {1088}), expected);
      CheckSame(RunPieces(kernel, layer, stretch, {1088, 1115}, &other), expected);
      if (heads > 1) return;
      CheckSame(RunPieces(kernel, layer, stretch, {1000, 1024, 1119}), expected);
      CheckSame(RunPieces(kernel, layer, stretch, EveryPosition(1100, 1120), &other), expected);
    };
    for (int64_t heads : {1, 2, 8, 16}) check(heads, DP_KV_F32);
    check(8, DP_KV_BF16);
    check(8, DP_KV_INT8);
  });
}

TEST(AShortSequencesAttentionHasTheSameBitsHoweverItIsCut) {
  ForEach([](const Kernel<GatedAttentionParams>& kernel, Random& random, const Shape& shape) {
    Layer layer(random, shape);
    Tokens tokens(random, shape, 123);
    Tokens other(random, shape, 20);
    Stretch stretch{tokens, 0, DP_KV_F32};
    std::vector<float> expected = RunPieces(kernel, layer, stretch, EveryPosition(1, 123));
    for (const std::vector<int64_t>& cuts : {std::vector<int64_t>{}, {64, 70}, {17, 57}}) {
      CheckSame(RunPieces(kernel, layer, stretch, cuts), expected);
      CheckSame(RunPieces(kernel, layer, stretch, cuts, &other), expected);
    }
  });
}

TEST(AttentionOverAnInt8Cache) {
  ForEach([](const Kernel<GatedAttentionParams>& kernel, Random& random, const Shape& shape) {
    Layer layer(random, shape);
    Tokens tokens(random, shape, 41);
    std::vector<float> y =
        layer.Run(kernel, Cache(shape, 64, DP_KV_INT8), {{&tokens, 0, 41, Blocks(random, 41, shape.block, 0)}});
    CheckClose(y, layer.Expected(tokens, StoreInt8), 3e-3);
  });
}

TEST(Pitfall51ANaNAtAnyPositionOfTheCacheReachesTheRow) {
  ForEachOfBothModes([](const Kernel<GatedAttentionParams>& kernel) {
    CheckEveryPosition(kernel, Shape{4, 2, 16, 8, 32}, DP_KV_F32, 300, IsSlow() ? 29 : 1);
    CheckEveryPosition(kernel, Shape{4, 2, 16, 8, 32}, DP_KV_BF16, 300, IsSlow() ? 59 : 7);
    CheckEveryPosition(kernel, Shape{4, 2, 16, 8, 32}, DP_KV_INT8, 300, IsSlow() ? 59 : 7);
    CheckEveryPosition(kernel, Shape{2, 2, 5, 2, 32}, DP_KV_F32, 1100, 97);  // in parts
  });
}

// A part that begins with the NaN, and has rows that see nothing else of it.
TEST(Pitfall51ANaNAloneInItsPartReachesTheRow) {
  ForEachOfBothModes([](const Kernel<GatedAttentionParams>& kernel) {
    const Shape shape{2, 1, 16, 4, 32};
    Random random(33);
    Layer layer(random, shape);
    Tokens tokens(random, shape, 1027);
    tokens.k[1024 * 16 + 3] = NAN;
    TestCache cache = Cache(shape, 34);
    std::vector<int32_t> blocks = Blocks(random, 1027, shape.block, 0);
    for (int64_t i = 0; i < 1024; i++) {
      for (uint8_t* part : {cache.cache().keys, cache.cache().values}) {
        int32_t block = blocks[static_cast<size_t>(i / shape.block)];
        StoreKv(cache.cache(), part, block, 0, i % shape.block, random.Floats(16).data());
      }
    }
    for (int64_t end : {1025, 1027}) {
      for (float value : layer.Run(kernel, cache, {{&tokens, 1024, end, blocks}})) CHECK(std::isnan(value));
    }
  });
}

TEST(Pitfall51RowsBeforeANaNAndOtherSequencesKeepTheirBits) {
  ForEachOfBothModes([](const Kernel<GatedAttentionParams>& kernel) {
    const Shape shape{4, 2, 16, 8, 32};
    const int64_t n = 140;
    Random random(32);
    Layer layer(random, shape);
    Tokens tokens(random, shape, n);
    Tokens other(random, shape, 40);
    const int64_t width = shape.q_heads * shape.head_dim;
    std::vector<int32_t> blocks = Blocks(random, n, shape.block, 0);
    std::vector<int32_t> other_blocks = Blocks(random, 40, shape.block, 8);
    for (dp_kv_type type : {DP_KV_F32, DP_KV_BF16, DP_KV_INT8}) {
      auto run = [&](const Tokens& first) {
        return layer.Run(kernel, Cache(shape, 16, type), {{&first, 0, n, blocks}, {&other, 0, 40, other_blocks}});
      };
      std::vector<float> clean = run(tokens);
      for (int64_t position : {127, 0, 33, 128}) {
        if (IsSlow() && position != 127) break;
        for (bool keys : {true, false}) {
          Tokens poisoned = tokens;
          int64_t at = position % shape.head_dim;
          int64_t element = (position * shape.kv_heads + 1) * shape.head_dim + at;
          (keys ? poisoned.k : poisoned.v)[static_cast<size_t>(element)] = NAN;
          std::vector<float> y = run(poisoned);
          for (int64_t t = 0; t < n + 40; t++) {
            const float* row = y.data() + t * width;
            const float* before = clean.data() + t * width;
            bool sees = t >= position && t < n;
            int64_t head = sees ? 1 : -1;
            CheckPoisoned(shape, row, before, head, keys || type == DP_KV_INT8 ? -1 : at);
          }
        }
      }
    }
  });
}

TEST(KvCacheKeepsVectorsApart) {
  for (dp_kv_type type : {DP_KV_F32, DP_KV_BF16, DP_KV_INT8}) {
    TestCache test(type, 3, 5, 2, 7);
    const KvCache& cache = test.cache();
    Random random(9);
    std::vector<std::vector<float>> stored;
    auto for_each = [&](const std::function<void(int64_t, int64_t, int64_t)>& body) {
      for (int64_t b = 0; b < 3; b++) {
        for (int64_t head = 0; head < 2; head++) {
          for (int64_t token = 0; token < 5; token++) body(b, head, token);
        }
      }
    };
    for_each([&](int64_t b, int64_t head, int64_t token) {
      stored.push_back(random.Floats(7, static_cast<float>(1 + b)));
      StoreKv(cache, cache.keys, b, head, token, stored.back().data());
    });
    size_t next = 0;
    for_each([&](int64_t b, int64_t head, int64_t token) {
      const std::vector<float>& expected = stored[next++];
      std::vector<float> found(7);
      LoadKv(cache, cache.keys, b, head, token, found.data());
      float largest = 0;
      for (float value : expected) largest = std::max(largest, std::fabs(value));
      float bound = type == DP_KV_F32 ? 0 : type == DP_KV_BF16 ? largest / 256 : largest / 253;
      for (size_t i = 0; i < 7; i++) CHECK(std::fabs(found[i] - expected[i]) <= bound);
    });
  }
}

}  // namespace deltaport::test
