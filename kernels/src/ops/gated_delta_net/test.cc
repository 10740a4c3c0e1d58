#include <algorithm>
#include <cstdio>
#include <functional>

#include "ops/gated_delta_net/kernel.h"
#include "threads.h"
#include "values.h"

namespace deltaport::test {
namespace {

struct Shape {
  int64_t k_heads, ratio, k_dim, v_dim, kernel;
};

// All dims of a case are pairwise different where that is possible; ratios 1 to 4, kernels 1 to 8.
constexpr Shape kShapes[] = {{2, 1, 5, 7, 4}, {2, 2, 6, 3, 2},   {3, 3, 4, 9, 5},   {2, 4, 16, 24, 8},
                             {1, 2, 1, 3, 3}, {1, 1, 33, 17, 1}, {4, 1, 32, 40, 4}, {2, 2, 64, 48, 4}};
constexpr int64_t kRows = 150;

struct Tokens {
  int64_t n;
  std::vector<float> qkvz;  // or qkv
  std::vector<float> ba;    // or b
  std::vector<float> z;     // empty where qkvz has it
  std::vector<float> a;     // empty where ba has it
};

// Tokens [begin, end) of a sequence; the state after token t is saved in row save(t).
struct Piece {
  const Tokens* tokens;
  int64_t begin;
  int64_t end;
  int32_t load_slot;
  std::function<int32_t(int64_t)> save;
};

int32_t Nowhere(int64_t) { return -1; }
std::function<int32_t(int64_t)> LastInto(int64_t last, int32_t row) {
  return [=](int64_t t) { return t == last ? row : -1; };
}

struct State {
  std::vector<float> conv;
  std::vector<float> recurrent;
};

struct Layer {
  Layer(Random& random, const Shape& dims)
      : shape(dims),
        v_heads(dims.k_heads * dims.ratio),
        conv_dim(2 * dims.k_heads * dims.k_dim + v_heads * dims.v_dim) {
    conv_weight = random.Floats(conv_dim * shape.kernel, 0.6f);
    for (int64_t i = 0; i < v_heads; i++) a.push_back(std::exp(random.Normal()));
    dt_bias = random.Floats(v_heads);
    norm_weight = random.Floats(shape.v_dim, 0.5f, 1);
  }

  Tokens MakeTokens(Random& random, int64_t n, float scale = 1) const {
    return {n, random.Floats(n * shape.k_heads * group(), scale), random.Floats(n * 2 * v_heads), {}, {}};
  }

  Tokens MakeSplitTokens(Random& random, int64_t n) const {
    return {n, random.Floats(n * conv_dim), random.Floats(n * v_heads), random.Floats(n * v_heads * shape.v_dim),
            random.Floats(n * v_heads)};
  }

  // The same tokens in the order of Qwen3.5: what in_proj_qkv, in_proj_b, in_proj_z and in_proj_a would have made.
  Tokens SplitOf(const Tokens& grouped) const {
    Tokens split{grouped.n, {}, {}, {}, {}};
    int64_t values = shape.ratio * shape.v_dim;
    for (int64_t t = 0; t < grouped.n; t++) {
      auto take = [&](std::vector<float>& to, const std::vector<float>& from, int64_t width, int64_t begin, int64_t n) {
        for (int64_t head = 0; head < shape.k_heads; head++) {
          auto first = from.begin() + (t * shape.k_heads + head) * width + begin;
          to.insert(to.end(), first, first + n);
        }
      };
      take(split.qkvz, grouped.qkvz, group(), 0, shape.k_dim);
      take(split.qkvz, grouped.qkvz, group(), shape.k_dim, shape.k_dim);
      take(split.qkvz, grouped.qkvz, group(), 2 * shape.k_dim, values);
      take(split.z, grouped.qkvz, group(), 2 * shape.k_dim + values, values);
      take(split.ba, grouped.ba, 2 * shape.ratio, 0, shape.ratio);
      take(split.a, grouped.ba, 2 * shape.ratio, shape.ratio, shape.ratio);
    }
    return split;
  }

  int64_t group() const { return 2 * shape.k_dim + 2 * shape.ratio * shape.v_dim; }

  State MakeState() const {
    return {std::vector<float>(static_cast<size_t>(kRows * (shape.kernel - 1) * conv_dim), NAN),
            std::vector<float>(static_cast<size_t>(kRows * v_heads * shape.k_dim * shape.v_dim), NAN)};
  }

  std::vector<float> Run(const Kernel<GatedDeltaNetParams>& kernel, State& state, const std::vector<Piece>& pieces,
                         int64_t thread_count = 2) const {
    std::vector<float> qkvz, ba, z, a_gate;
    std::vector<int32_t> cu_seq_lens = {0}, load_slots, save_slots;
    for (const Piece& piece : pieces) {
      auto append = [&](std::vector<float>& to, const std::vector<float>& from) {
        if (from.empty()) return;
        int64_t width = static_cast<int64_t>(from.size()) / piece.tokens->n;
        to.insert(to.end(), from.begin() + piece.begin * width, from.begin() + piece.end * width);
      };
      append(qkvz, piece.tokens->qkvz);
      append(ba, piece.tokens->ba);
      append(z, piece.tokens->z);
      append(a_gate, piece.tokens->a);
      cu_seq_lens.push_back(cu_seq_lens.back() + static_cast<int32_t>(piece.end - piece.begin));
      load_slots.push_back(piece.load_slot);
      for (int64_t t = piece.begin; t < piece.end; t++) save_slots.push_back(piece.save(t));
    }
    std::vector<float> y(static_cast<size_t>(cu_seq_lens.back() * v_heads * shape.v_dim), NAN);
    GatedDeltaNetParams params;
    params.conv_weight = conv_weight.data();
    params.a = a.data();
    params.dt_bias = dt_bias.data();
    params.norm_weight = norm_weight.data();
    params.cu_seq_lens = cu_seq_lens.data();
    params.load_slots = load_slots.data();
    params.save_slots = save_slots.data();
    params.conv_state = state.conv.data();
    params.recurrent_state = state.recurrent.data();
    params.y = y.data();
    params.tokens = cu_seq_lens.back();
    params.seqs = static_cast<int64_t>(pieces.size());
    params.kernel = shape.kernel;
    params.k_heads = shape.k_heads;
    params.k_dim = shape.k_dim;
    params.v_heads = v_heads;
    params.v_dim = shape.v_dim;
    params.in = z.empty() ? GroupedInputs(params, qkvz.data(), ba.data())
                          : SplitInputs(params, qkvz.data(), z.data(), ba.data(), a_gate.data());
    params.activation = activation;
    params.epsilon = 1e-6f;
    Threads threads(thread_count);
    kernel.Run(params, threads);
    return y;
  }

  // The convolution input of a token in the order q, k, v, taken apart as Hugging Face does: group by group, or as it
  // lies.
  std::vector<double> Mixed(const Tokens& tokens, int64_t t) const {
    if (!tokens.z.empty()) {
      auto row = tokens.qkvz.begin() + t * conv_dim;
      return {row, row + conv_dim};
    }
    std::vector<double> q, k, v;
    for (int64_t head = 0; head < shape.k_heads; head++) {
      const float* from = tokens.qkvz.data() + (t * shape.k_heads + head) * group();
      q.insert(q.end(), from, from + shape.k_dim);
      k.insert(k.end(), from + shape.k_dim, from + 2 * shape.k_dim);
      v.insert(v.end(), from + 2 * shape.k_dim, from + 2 * shape.k_dim + shape.ratio * shape.v_dim);
    }
    q.insert(q.end(), k.begin(), k.end());
    q.insert(q.end(), v.begin(), v.end());
    return q;
  }

  std::vector<double> Convolved(const Tokens& tokens, int64_t t) const {
    std::vector<double> out(static_cast<size_t>(conv_dim));
    for (int64_t tap = 0; tap < shape.kernel; tap++) {
      int64_t source = t - (shape.kernel - 1) + tap;
      if (source < 0) continue;
      std::vector<double> mixed = Mixed(tokens, source);
      for (int64_t c = 0; c < conv_dim; c++) {
        out[static_cast<size_t>(c)] += mixed[static_cast<size_t>(c)] *
                                       static_cast<double>(conv_weight[static_cast<size_t>(c * shape.kernel + tap)]);
      }
    }
    for (double& value : out) value = activation == Activation::kSilu ? SiluOf(value) : std::tanh(value);
    return out;
  }

  // b and a of V head h, and its z [v_dim].
  double BOf(const Tokens& tokens, int64_t t, int64_t h) const {
    const float* row = tokens.ba.data() + t * (tokens.z.empty() ? 2 : 1) * v_heads;
    return static_cast<double>(tokens.z.empty() ? row[h / shape.ratio * 2 * shape.ratio + h % shape.ratio] : row[h]);
  }
  double AOf(const Tokens& tokens, int64_t t, int64_t h) const {
    if (!tokens.z.empty()) return static_cast<double>(tokens.a[static_cast<size_t>(t * v_heads + h)]);
    const float* row = tokens.ba.data() + t * 2 * v_heads;
    return static_cast<double>(row[h / shape.ratio * 2 * shape.ratio + shape.ratio + h % shape.ratio]);
  }
  const float* ZOf(const Tokens& tokens, int64_t t, int64_t h) const {
    if (!tokens.z.empty()) return tokens.z.data() + (t * v_heads + h) * shape.v_dim;
    return tokens.qkvz.data() + (t * shape.k_heads + h / shape.ratio) * group() + 2 * shape.k_dim +
           (shape.ratio + h % shape.ratio) * shape.v_dim;
  }

  static std::vector<double> L2Norm(const double* from, int64_t n) {
    double squares = 1e-6;
    for (int64_t i = 0; i < n; i++) squares += from[i] * from[i];
    std::vector<double> x;
    for (int64_t i = 0; i < n; i++) x.push_back(from[i] / std::sqrt(squares));
    return x;
  }

  // The recurrence of the paper, whole sequence, double; `state` gets the last one [v_heads, k_dim, v_dim].
  std::vector<double> Expected(const Tokens& tokens, std::vector<double>* last_state = nullptr) const {
    std::vector<double> y;
    int64_t head_size = shape.k_dim * shape.v_dim;
    std::vector<double> state(static_cast<size_t>(v_heads * head_size));
    for (int64_t t = 0; t < tokens.n; t++) {
      std::vector<double> mixed = Convolved(tokens, t);
      for (int64_t h = 0; h < v_heads; h++) {
        int64_t k_head = h / shape.ratio;
        std::vector<double> q = L2Norm(mixed.data() + k_head * shape.k_dim, shape.k_dim);
        std::vector<double> k = L2Norm(mixed.data() + (shape.k_heads + k_head) * shape.k_dim, shape.k_dim);
        const double* v = mixed.data() + 2 * shape.k_heads * shape.k_dim + h * shape.v_dim;
        double beta = SigmoidOf(BOf(tokens, t, h));
        double step = AOf(tokens, t, h) + static_cast<double>(dt_bias[static_cast<size_t>(h)]);
        double decay = std::exp(-static_cast<double>(a[static_cast<size_t>(h)]) * std::log1p(std::exp(step)));
        double* s = state.data() + h * head_size;
        for (int64_t i = 0; i < head_size; i++) s[i] *= decay;
        std::vector<double> out(static_cast<size_t>(shape.v_dim));
        for (int64_t j = 0; j < shape.v_dim; j++) {
          double known = 0;
          for (int64_t i = 0; i < shape.k_dim; i++) known += s[i * shape.v_dim + j] * k[static_cast<size_t>(i)];
          for (int64_t i = 0; i < shape.k_dim; i++) {
            s[i * shape.v_dim + j] += k[static_cast<size_t>(i)] * (v[j] - known) * beta;
            out[static_cast<size_t>(j)] +=
                s[i * shape.v_dim + j] * q[static_cast<size_t>(i)] / std::sqrt(static_cast<double>(shape.k_dim));
          }
        }
        double squares = 0;
        for (double value : out) squares += value * value;
        double inverse = 1 / std::sqrt(squares / static_cast<double>(shape.v_dim) + 1e-6);
        const float* z = ZOf(tokens, t, h);
        for (int64_t j = 0; j < shape.v_dim; j++) {
          y.push_back(out[static_cast<size_t>(j)] * inverse * static_cast<double>(norm_weight[static_cast<size_t>(j)]) *
                      SiluOf(static_cast<double>(z[j])));
        }
      }
    }
    if (last_state != nullptr) *last_state = state;
    return y;
  }

  std::vector<float> Row(const std::vector<float>& state, int32_t row) const {
    int64_t size = static_cast<int64_t>(state.size()) / kRows;
    return {state.begin() + row * size, state.begin() + (row + 1) * size};
  }

  Shape shape;
  int64_t v_heads;
  int64_t conv_dim;
  std::vector<float> conv_weight;
  std::vector<float> a;
  std::vector<float> dt_bias;
  std::vector<float> norm_weight;
  Activation activation = Activation::kSilu;
};

using Body = std::function<void(const Kernel<GatedDeltaNetParams>&, Random&, Layer&)>;

void ForEach(Compute compute, const Body& body) {
  ForEachTwin<GatedDeltaNetParams>(compute, [&](const Kernel<GatedDeltaNetParams>& kernel) {
    Random random(10);
    for (const Shape& shape : kShapes) {
      Layer layer(random, shape);
      body(kernel, random, layer);
    }
  });
}

// Of both modes: in fast mode nothing is rounded either, but the order of sums may be another.
void ForEach(const Body& body) {
  ForEach(Compute::kExact, body);
  ForEach(Compute::kFast, body);
}

void Append(std::vector<float>& to, const std::vector<float>& from) { to.insert(to.end(), from.begin(), from.end()); }

// The largest difference, as a share of the largest expected value.
double DriftOf(const std::vector<float>& found, const std::vector<double>& expected) {
  double largest = 0, off = 0;
  for (size_t i = 0; i < found.size(); i++) {
    largest = std::max(largest, std::fabs(expected[i]));
    off = std::max(off, std::fabs(static_cast<double>(found[i]) - expected[i]));
  }
  return off / largest;
}

void CheckFinite(const std::vector<float>& values) {
  for (float value : values) CHECK(std::isfinite(value));
}

}  // namespace

TEST(Pitfalls1To4DeltaNetEqualsTheRecurrenceAtEveryLength) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    for (int64_t n : {1, 2, 3, 63, 64, 65, 127, 128, 129}) {
      Tokens tokens = layer.MakeTokens(random, n);
      State state = layer.MakeState();
      std::vector<double> last_state;
      std::vector<double> expected = layer.Expected(tokens, &last_state);
      CheckClose(layer.Run(kernel, state, {{&tokens, 0, n, -1, LastInto(n - 1, 3)}}), expected);
      CheckClose(layer.Row(state.recurrent, 3), last_state);
    }
  });
}

TEST(Pitfall2SplitRowsEqualTheRecurrenceAtEveryRatio) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    for (int64_t n : {1, 5, 66}) {
      Tokens tokens = layer.MakeSplitTokens(random, n);
      State state = layer.MakeState();
      std::vector<double> last_state;
      std::vector<double> expected = layer.Expected(tokens, &last_state);
      int64_t cut = n / 2;
      std::vector<float> y;
      if (cut > 0) y = layer.Run(kernel, state, {{&tokens, 0, cut, -1, LastInto(cut - 1, 6)}});
      Append(y, layer.Run(kernel, state, {{&tokens, cut, n, cut > 0 ? 6 : -1, LastInto(n - 1, 3)}}));
      CheckClose(y, expected);
      CheckClose(layer.Row(state.recurrent, 3), last_state);
    }
  });
}

TEST(Pitfall2SplitRowsHaveTheBitsOfGroupedOnes) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    Tokens grouped = layer.MakeTokens(random, 70);
    Tokens split = layer.SplitOf(grouped);
    auto run = [&](const Tokens& tokens, State& state) {
      std::vector<float> y = layer.Run(kernel, state, {{&tokens, 0, 3, -1, LastInto(2, 0)}});
      std::vector<Piece> pieces = {{&tokens, 3, 8, 0, [](int64_t t) { return static_cast<int32_t>(t); }},
                                   {&tokens, 8, 70, -1, LastInto(69, 1)}};
      Append(y, layer.Run(kernel, state, pieces));
      return y;
    };
    State state = layer.MakeState();
    State expected_state = layer.MakeState();
    std::vector<float> expected = run(grouped, expected_state);
    CheckSame(run(split, state), expected);
    CheckSame(state.recurrent, expected_state.recurrent);
    CheckSame(state.conv, expected_state.conv);
  });
}

TEST(Pitfall4DeltaNetContinuesFromAStartStateAtEveryLength) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    for (int64_t n : {1, 3, 63, 64, 65, 127, 128, 129}) {
      Tokens tokens = layer.MakeTokens(random, n + 5);
      State state = layer.MakeState();
      std::vector<float> y = layer.Run(kernel, state, {{&tokens, 0, 5, -1, LastInto(4, 0)}});
      Append(y, layer.Run(kernel, state, {{&tokens, 5, n + 5, 0, Nowhere}}));
      CheckClose(y, layer.Expected(tokens));
    }
  });
}

TEST(Pitfall7DeltaNetCutAnywhereEqualsUncut) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    Tokens tokens = layer.MakeTokens(random, 14);
    std::vector<double> expected = layer.Expected(tokens);
    for (int64_t cut = 1; cut < 14; cut++) {
      State state = layer.MakeState();
      std::vector<float> y = layer.Run(kernel, state, {{&tokens, 0, cut, -1, LastInto(cut - 1, 7)}});
      Append(y, layer.Run(kernel, state, {{&tokens, cut, 14, 7, Nowhere}}));
      CheckClose(y, expected);
    }
  });
}

TEST(Pitfalls6And8DeltaNetStepOfManyEqualsOneByOne) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    Tokens tokens = layer.MakeTokens(random, 12);
    State state = layer.MakeState();
    std::vector<float> y = layer.Run(kernel, state, {{&tokens, 0, 1, -1, LastInto(0, 0)}});
    for (int64_t t = 1; t < 6; t++) {
      int32_t row = static_cast<int32_t>(t);
      Append(y, layer.Run(kernel, state, {{&tokens, t, t + 1, row - 1, LastInto(t, row)}}));
    }
    Append(y, layer.Run(kernel, state, {{&tokens, 6, 12, 5, Nowhere}}));
    CheckClose(y, layer.Expected(tokens));
  });
}

TEST(Pitfall16EverySavedRowContinuesAsIfNothingHadFollowed) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    Tokens tokens = layer.MakeTokens(random, 11);
    std::vector<double> expected = layer.Expected(tokens);
    size_t width = expected.size() / 11;
    State state = layer.MakeState();
    layer.Run(kernel, state, {{&tokens, 0, 11, -1, [](int64_t t) { return static_cast<int32_t>(20 + t); }}});
    for (int64_t kept = 1; kept < 11; kept++) {
      std::vector<float> y = layer.Run(kernel, state, {{&tokens, kept, 11, static_cast<int32_t>(19 + kept), Nowhere}});
      CheckClose(y, {expected.begin() + static_cast<int64_t>(width) * kept, expected.end()});
    }
  });
}

TEST(ATokenHasTheSameBitsHoweverItsSequenceIsCut) {
  ForEach(Compute::kExact, [](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    const int32_t n = 135;
    Tokens tokens = layer.MakeTokens(random, n);
    Tokens other = layer.MakeTokens(random, 19);
    std::vector<int32_t> one_by_one;
    for (int32_t t = 1; t < n; t++) one_by_one.push_back(t);
    // y, then the state after the last token
    auto run = [&](const std::vector<int32_t>& cuts, bool alone) {
      State state = layer.MakeState();
      std::vector<float> y;
      int32_t from = 0;
      for (size_t i = 0; i <= cuts.size(); i++) {
        int32_t to = i < cuts.size() ? cuts[i] : n;
        std::vector<Piece> pieces = {{&tokens, from, to, from - 1, LastInto(to - 1, to - 1)}};
        if (!alone) pieces.push_back({&other, 0, 19, -1, Nowhere});
        std::vector<float> found = layer.Run(kernel, state, pieces, alone ? 2 : 3);
        found.resize(static_cast<size_t>((to - from) * layer.v_heads * layer.shape.v_dim));
        Append(y, found);
        from = to;
      }
      Append(y, layer.Row(state.recurrent, n - 1));
      Append(y, layer.Row(state.conv, n - 1));
      return y;
    };
    std::vector<float> expected = run({}, true);
    for (const std::vector<int32_t>& cuts :
         {std::vector<int32_t>{64}, {70}, {1, 18, 58, 124}, {2, 5, 16, 32, 49, 113, 129}, one_by_one}) {
      CheckSame(run(cuts, true), expected);
      if (cuts.size() < 8) CheckSame(run(cuts, false), expected);
    }
  });
}

TEST(Pitfall16AVerifiedDraftHasTheBitsOfPlainDecoding) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    Tokens tokens = layer.MakeTokens(random, 22);
    State state = layer.MakeState();
    layer.Run(kernel, state, {{&tokens, 0, 6, -1, LastInto(5, 5)}});
    State plain = state;
    std::vector<float> expected;
    for (int32_t t = 6; t < 22; t++) {
      Append(expected, layer.Run(kernel, plain, {{&tokens, t, t + 1, t - 1, LastInto(t, t)}}));
    }
    auto every = [](int64_t t) { return static_cast<int32_t>(t); };
    CheckSame(layer.Run(kernel, state, {{&tokens, 6, 22, 5, every}}), expected);
    CheckSame(state.recurrent, plain.recurrent);
    CheckSame(state.conv, plain.conv);
  });
}

TEST(SavingRowsChangesNoBitOfTheOutput) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    Tokens tokens = layer.MakeTokens(random, 71);
    State state = layer.MakeState();
    std::vector<float> expected = layer.Run(kernel, state, {{&tokens, 0, 71, -1, LastInto(70, 0)}});
    for (int64_t every : {1, 2, 3, 5}) {
      State saved = layer.MakeState();
      auto save = [=](int64_t t) { return t % every == 0 || t == 70 ? static_cast<int32_t>(t) : -1; };
      CheckSame(layer.Run(kernel, saved, {{&tokens, 0, 71, -1, save}}), expected);
      CheckSame(layer.Row(saved.recurrent, 70), layer.Row(state.recurrent, 0));
    }
  });
}

TEST(Pitfall51ANaNOfAKeyReachesTheTokensAfterItAndNoOther) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    const int64_t n = 37;
    Tokens tokens = layer.MakeTokens(random, n);
    Tokens other = layer.MakeTokens(random, 5);
    auto run = [&](const Tokens& first) {
      State state = layer.MakeState();
      return layer.Run(kernel, state, {{&first, 0, n, -1, LastInto(n - 1, 0)}, {&other, 0, 5, -1, LastInto(4, 1)}});
    };
    std::vector<float> clean = run(tokens);
    const int64_t width = layer.v_heads * layer.shape.v_dim;
    for (int64_t position = 0; position < n; position += 5) {
      Tokens poisoned = tokens;
      int64_t element =
          position * layer.shape.k_heads * layer.group() + layer.shape.k_dim + position % layer.shape.k_dim;
      poisoned.qkvz[static_cast<size_t>(element)] = NAN;
      std::vector<float> y = run(poisoned);
      for (size_t i = 0; i < y.size(); i++) {
        int64_t t = static_cast<int64_t>(i) / width;
        int64_t v_head = static_cast<int64_t>(i) % width / layer.shape.v_dim;
        if (t >= position && t < n && v_head < layer.shape.ratio) {
          CHECK(std::isnan(y[i]));
        } else {
          CHECK_EQUAL(BitsFromFloat(clean[i]), BitsFromFloat(y[i]));
        }
      }
    }
  });
}

TEST(Pitfall51ANaNOfAStateReachesTheRowsOfItsHead) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    Tokens tokens = layer.MakeTokens(random, 9);
    State before = layer.MakeState();
    layer.Run(kernel, before, {{&tokens, 0, 3, -1, LastInto(2, 0)}});
    State same = before;
    std::vector<float> clean = layer.Run(kernel, same, {{&tokens, 3, 9, 0, LastInto(8, 1)}});
    int64_t size = layer.shape.k_dim * layer.shape.v_dim;
    for (int64_t element = 0; element < size; element += IsSlow() ? 101 : 7) {
      State poisoned = before;
      poisoned.recurrent[static_cast<size_t>((layer.v_heads - 1) * size + element)] = NAN;
      std::vector<float> y = layer.Run(kernel, poisoned, {{&tokens, 3, 9, 0, LastInto(8, 1)}});
      for (size_t i = 0; i < y.size(); i++) {
        if (static_cast<int64_t>(i) / layer.shape.v_dim % layer.v_heads == layer.v_heads - 1) {
          CHECK(std::isnan(y[i]));
        } else {
          CHECK_EQUAL(BitsFromFloat(clean[i]), BitsFromFloat(y[i]));
        }
      }
    }
  });
}

TEST(ConvStateOfAShortSequenceIsZeroPadded) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    if (layer.shape.kernel < 3) return;
    Tokens tokens = layer.MakeTokens(random, 2);
    State state = layer.MakeState();
    layer.Run(kernel, state, {{&tokens, 0, 2, -1, LastInto(1, 9)}});
    std::vector<double> expected;
    for (int64_t tap = 0; tap < layer.shape.kernel - 1; tap++) {
      int64_t t = 2 - (layer.shape.kernel - 1) + tap;
      std::vector<double> row =
          t < 0 ? std::vector<double>(static_cast<size_t>(layer.conv_dim)) : layer.Mixed(tokens, t);
      expected.insert(expected.end(), row.begin(), row.end());
    }
    CheckClose(layer.Row(state.conv, 9), expected, 0);
  });
}

TEST(Pitfalls10And11DeltaNetRowsOfARunAreAsAlone) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    Tokens prefill = layer.MakeTokens(random, 70);
    Tokens decode = layer.MakeTokens(random, 4);
    Tokens verify = layer.MakeTokens(random, 9);
    std::vector<Piece> pieces = {{&decode, 3, 4, 0, LastInto(3, 2)},
                                 {&prefill, 0, 70, -1, LastInto(69, 3)},
                                 {&verify, 5, 9, 1, [](int64_t t) { return static_cast<int32_t>(10 + t); }}};
    State before = layer.MakeState();
    layer.Run(kernel, before, {{&decode, 0, 3, -1, LastInto(2, 0)}, {&verify, 0, 5, -1, LastInto(4, 1)}});
    std::vector<float> alone;
    State alone_state = before;
    for (const Piece& piece : pieces) Append(alone, layer.Run(kernel, alone_state, {piece}, 1));
    State state = before;
    CheckSame(layer.Run(kernel, state, pieces, 3), alone);
    CheckSame(state.recurrent, alone_state.recurrent);
    CheckSame(state.conv, alone_state.conv);
  });
}

TEST(DeltaNetWritesTheRowsToSaveAndNoOther) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    Tokens tokens = layer.MakeTokens(random, 5);
    State state = layer.MakeState();
    layer.Run(kernel, state, {{&tokens, 0, 5, -1, LastInto(2, 77)}});
    for (int32_t row = 0; row < kRows; row++) {
      for (float value : layer.Row(state.recurrent, row)) CHECK(std::isnan(value) == (row != 77));
    }
  });
}

TEST(Pitfall14ExtremeGatesStayFiniteAndEqualTheRecurrence) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    struct Gate {
      float b, a;
    };
    // g = 0 and beta = 1; g very negative; both closed; in turn
    for (std::vector<Gate> gates :
         {std::vector<Gate>{{200, -200}}, {{0, 1e5f}}, {{-200, -200}}, {{200, 1e5f}, {0, 0}, {0, -200}}}) {
      Tokens tokens = layer.MakeTokens(random, 80);
      for (size_t t = 0; t < 80; t++) {
        for (int64_t i = 0; i < 2 * layer.v_heads; i++) {
          const Gate& gate = gates[t % gates.size()];
          tokens.ba[t * static_cast<size_t>(2 * layer.v_heads) + static_cast<size_t>(i)] =
              i % (2 * layer.shape.ratio) < layer.shape.ratio ? gate.b : gate.a;
        }
      }
      State state = layer.MakeState();
      std::vector<float> y = layer.Run(kernel, state, {{&tokens, 0, 80, -1, LastInto(79, 0)}});
      CheckFinite(y);
      CheckFinite(layer.Row(state.recurrent, 0));
      // exp(1e5) overflows in double where softplus does not in float32: compare the gates that do not.
      if (gates[0].a < 1e4f) CheckClose(y, layer.Expected(tokens));
    }
  });
}

TEST(Pitfall14ZeroKeysAndHugeNormsStayFinite) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    Tokens zero = layer.MakeTokens(random, 70, 0);
    State state = layer.MakeState();
    CheckClose(layer.Run(kernel, state, {{&zero, 0, 70, -1, Nowhere}}), layer.Expected(zero));
    Tokens huge = layer.MakeTokens(random, 70, 1e6f);
    CheckClose(layer.Run(kernel, state, {{&huge, 0, 70, -1, Nowhere}}), layer.Expected(huge));
    Tokens beyond = layer.MakeTokens(random, 70, 1e25f);
    CheckFinite(layer.Run(kernel, state, {{&beyond, 0, 70, -1, Nowhere}}));
  });
}

TEST(Pitfall32L2NormEpsilonShowsAtSmallNorms) {
  ForEach([](const Kernel<GatedDeltaNetParams>& kernel, Random& random, Layer& layer) {
    layer.activation = Activation::kTanh;
    for (float scale : {1e-2f, 1e-3f, 1e-4f}) {
      Tokens tokens = layer.MakeTokens(random, 70, scale);
      State state = layer.MakeState();
      std::vector<double> last_state;
      std::vector<double> expected = layer.Expected(tokens, &last_state);
      CheckClose(layer.Run(kernel, state, {{&tokens, 0, 70, -1, LastInto(69, 1)}}), expected);
      std::vector<float> found = layer.Row(state.recurrent, 1);
      double largest = 0;
      for (double value : last_state) largest = std::max(largest, std::fabs(value));
      for (size_t i = 0; i < found.size(); i++) {
        CHECK(std::fabs(static_cast<double>(found[i]) - last_state[i]) <= kExactBound * largest);
      }
    }
  });
}

// Heads that forget slowly (decay near 0.999) keep their rounding errors longest.
TEST(Pitfall13DriftOfTheStateOverManyStepsAgainstDoubleIsReportedAndBounded) {
  constexpr int64_t kSteps = 2048;
  Random random(11);
  Layer layer(random, Shape{1, 3, 64, 48, 4});
  for (float& bias : layer.dt_bias) bias -= 6;
  Tokens tokens = layer.MakeTokens(random, kSteps);
  std::vector<double> last_state;
  std::vector<double> expected = layer.Expected(tokens, &last_state);
  for (Compute compute : {Compute::kExact, Compute::kFast}) {
    for (Isa isa : {Isa::kReference, Isa::kAvx2, Isa::kAvx512, Isa::kAvx512Bf16, Isa::kAvx512Vnni, Isa::kNeon}) {
      if (!Allows(CpuIsa(), isa)) continue;
      const Kernel<GatedDeltaNetParams>& kernel = Pick(Mode{isa, compute}, GatedDeltaNetParams());
      State state = layer.MakeState();
      std::vector<float> y;
      for (int64_t t = 0; t < kSteps; t++) {
        int32_t load = t == 0 ? -1 : static_cast<int32_t>((t - 1) % 2);
        Append(y, layer.Run(kernel, state, {{&tokens, t, t + 1, load, LastInto(t, static_cast<int32_t>(t % 2))}}, 1));
      }
      std::vector<float> found = layer.Row(state.recurrent, (kSteps - 1) % 2);
      std::printf("pitfall 13: %s, %s: after %lld steps the state is off by %.1e of its largest value, y by %.1e\n",
                  IsaName(isa), compute == Compute::kExact ? "exact" : "fast", static_cast<long long>(kSteps),
                  DriftOf(found, last_state), DriftOf(y, expected));
      CHECK(DriftOf(found, last_state) <= kExactBound);
      CheckClose(y, expected);
    }
  }
}

}  // namespace deltaport::test
