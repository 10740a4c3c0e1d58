#include <algorithm>
#include <cstring>
#include <functional>
#include <numeric>

#include "matmul/resident.h"
#include "ops/sparse_moe/kernel.h"
#include "threads.h"
#include "values.h"

namespace deltaport::test {
namespace {

struct TestMlp {
  TestWeight gate;
  TestWeight up;
  TestWeight down;
};

struct MoeCase {
  MoeCase(Random& random, const WeightKind& kind, int64_t tokens, int64_t experts, int64_t top_k)
      : hidden(37),
        router(MakeWeight(random, Format::kBf16, experts, hidden, 0.5f)),
        shared_gate(random.Floats(hidden, 0.3f)),
        x(random.Floats(tokens * hidden)) {
    for (int64_t e = 0; e <= experts; e++) {
      int64_t width = e == experts ? 29 : 22;
      mlps.push_back({MakeWeight(random, kind, width, hidden, 0.3f), MakeWeight(random, kind, width, hidden, 0.3f),
                      MakeWeight(random, kind, hidden, width, 0.3f)});
    }
    for (const TestMlp& mlp : mlps) views.push_back({mlp.gate.view(), mlp.up.view(), mlp.down.view()});
    params.x = x.data();
    params.router = router.view();
    params.shared_expert_gate = shared_gate.data();
    params.mlps = views.data();
    params.tokens = tokens;
    params.top_k = top_k;
    params.norm_topk_prob = true;
  }

  std::vector<float> Run(const Kernel<SparseMoeParams>& kernel, std::vector<float>* logits = nullptr,
                         Memory memory = Memory::kMapped) const {
    SparseMoeParams run = params;
    std::vector<MlpView> prepared_views = views;
    std::vector<WeightView*> weights;
    for (MlpView& mlp : prepared_views) {
      for (WeightView* weight : {&mlp.gate, &mlp.up, &mlp.down}) {
        if (weight->data != nullptr) weights.push_back(weight);
      }
    }
    Prepared prepared;
    prepared.Make(Mode{kernel.isa, kernel.compute, memory, 2}, kernel, weights);
    run.mlps = prepared_views.data();
    std::vector<float> y(static_cast<size_t>(run.tokens * hidden), NAN);
    run.y = y.data();
    if (logits != nullptr) {
      logits->assign(static_cast<size_t>(run.tokens * run.experts()), NAN);
      run.router_logits = logits->data();
    }
    Threads threads(2);
    kernel.Run(run, threads);
    return y;
  }

  double X(int64_t t, int64_t i) const { return static_cast<double>(params.x[t * hidden + i]); }

  std::vector<double> Logits(int64_t t) const {
    std::vector<double> logits;
    for (int64_t e = 0; e < router.out; e++) {
      double sum = 0;
      for (int64_t i = 0; i < hidden; i++) sum += X(t, i) * router.at(e, i);
      logits.push_back(sum);
    }
    return logits;
  }

  std::vector<double> Probabilities(int64_t t) const {
    std::vector<double> p = Logits(t);
    double largest = *std::max_element(p.begin(), p.end());
    double sum = 0;
    for (double& value : p) sum += value = std::exp(value - largest);
    for (double& value : p) value /= sum;
    return p;
  }

  std::vector<size_t> Selected(int64_t t) const {
    std::vector<double> p = Probabilities(t);
    std::vector<size_t> order(p.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] > p[b]; });
    order.resize(static_cast<size_t>(params.top_k));
    return order;
  }

  void AddMlp(const TestMlp& mlp, int64_t t, double weight, Rounding round, double* y) const {
    std::vector<double> row = round({params.x + t * hidden, params.x + (t + 1) * hidden});  // [hidden]
    std::vector<double> inner;
    for (int64_t o = 0; o < mlp.gate.out; o++) {
      double g = 0;
      double u = 0;
      for (int64_t i = 0; i < hidden; i++) {
        g += row[static_cast<size_t>(i)] * mlp.gate.at(o, i);
        u += row[static_cast<size_t>(i)] * mlp.up.at(o, i);
      }
      inner.push_back(SiluOf(g) * u);
    }
    inner = round(inner);
    for (int64_t o = 0; o < hidden; o++) {
      for (int64_t i = 0; i < mlp.down.in; i++) y[o] += weight * inner[static_cast<size_t>(i)] * mlp.down.at(o, i);
    }
  }

  std::vector<double> Expected(Rounding round = Exactly) const {
    std::vector<double> y(static_cast<size_t>(params.tokens * hidden));
    for (int64_t t = 0; t < params.tokens; t++) {
      std::vector<double> p = Probabilities(t);
      double sum = 0;
      for (size_t e : Selected(t)) sum += p[e];
      double* row = y.data() + t * hidden;
      for (size_t e : Selected(t)) AddMlp(mlps[e], t, params.norm_topk_prob ? p[e] / sum : p[e], round, row);
      double gate = 0;
      for (int64_t i = 0; i < hidden; i++) gate += X(t, i) * static_cast<double>(shared_gate[static_cast<size_t>(i)]);
      AddMlp(mlps.back(), t, SigmoidOf(gate), round, row);
    }
    return y;
  }

  int64_t hidden;
  TestWeight router;
  std::vector<float> shared_gate;
  std::vector<float> x;
  std::vector<TestMlp> mlps;
  std::vector<MlpView> views;
  SparseMoeParams params;
};

void ForEach(const std::function<void(const Kernel<SparseMoeParams>&, Random&)>& body) {
  ForEachTwin<SparseMoeParams>(Compute::kExact, [&](const Kernel<SparseMoeParams>& kernel) {
    Random random(12);
    body(kernel, random);
  });
}

}  // namespace

TEST(Pitfall19SparseMoeEqualsDoubleForEveryTopK) {
  ForEach([](const Kernel<SparseMoeParams>& kernel, Random& random) {
    for (int64_t top_k : {1, 3, 11}) {
      for (int64_t tokens : {1, 2, 5, 40}) {
        MoeCase test(random, WeightKinds()[2], tokens, 11, top_k);
        CheckClose(test.Run(kernel), test.Expected());
        test.params.norm_topk_prob = false;
        CheckClose(test.Run(kernel), test.Expected());
      }
    }
  });
}

TEST(SparseMoeInEveryFormat) {
  ForEach([](const Kernel<SparseMoeParams>& kernel, Random& random) {
    for (const WeightKind& kind : WeightKinds()) {
      MoeCase test(random, kind, 9, 6, 2);
      if (!kernel.Takes(test.params)) continue;
      CheckClose(test.Run(kernel), test.Expected());
      CheckSame(test.Run(kernel, nullptr, Memory::kResident), test.Run(kernel));
    }
  });
}

TEST(Pitfall28FastSparseMoeEqualsDoubleOverRoundedActivations) {
  ForEachTwin<SparseMoeParams>(Compute::kFast, [](const Kernel<SparseMoeParams>& kernel) {
    Random random(13);
    for (const WeightKind& kind : FastKinds()) {
      for (int64_t tokens : {1, 3, 40}) {
        MoeCase test(random, kind, tokens, 11, 3);
        if (!kernel.Takes(test.params)) continue;
        CheckClose(test.Run(kernel), test.Expected(FastRounding(kernel.isa, kind.format)), kFastBound);
        CheckSame(test.Run(kernel, nullptr, Memory::kResident), test.Run(kernel));
      }
    }
  });
}

TEST(SparseMoeOverMoreTokensThanItRunsAtOnce) {
  ForEach([](const Kernel<SparseMoeParams>& kernel, Random& random) {
    MoeCase test(random, WeightKinds()[2], 1030, 5, 2);
    CheckClose(test.Run(kernel), test.Expected());
  });
}

TEST(RouterLogitsAreNotSoftmaxed) {
  ForEach([](const Kernel<SparseMoeParams>& kernel, Random& random) {
    MoeCase test(random, WeightKinds()[0], 7, 13, 4);
    std::vector<float> logits;
    std::vector<float> y = test.Run(kernel, &logits);
    CheckSame(y, test.Run(kernel));
    std::vector<double> expected;
    for (int64_t t = 0; t < 7; t++) {
      std::vector<double> row = test.Logits(t);
      expected.insert(expected.end(), row.begin(), row.end());
    }
    CheckClose(logits, expected);
  });
}

TEST(SparseMoeRowIsAsAlone) {
  ForEach([](const Kernel<SparseMoeParams>& kernel, Random& random) {
    MoeCase test(random, WeightKinds()[2], 50, 8, 3);
    std::vector<float> together = test.Run(kernel);
    std::vector<float> alone;
    test.params.tokens = 1;
    for (int64_t t = 0; t < 50; t++) {
      test.params.x = test.x.data() + t * test.hidden;
      std::vector<float> row = test.Run(kernel);
      alone.insert(alone.end(), row.begin(), row.end());
    }
    CheckSame(together, alone);
  });
}

TEST(ExpertsThatNobodySelectsAreNotRead) {
  ForEach([](const Kernel<SparseMoeParams>& kernel, Random& random) {
    MoeCase test(random, WeightKinds()[2], 3, 16, 2);
    std::vector<bool> used(17);
    for (int64_t t = 0; t < 3; t++) {
      for (size_t e : test.Selected(t)) used[e] = true;
    }
    used[16] = true;
    std::vector<double> expected = test.Expected();
    for (size_t e = 0; e < used.size(); e++) {
      if (used[e]) continue;
      test.views[e].gate.data = test.views[e].up.data = test.views[e].down.data = nullptr;
    }
    CheckClose(test.Run(kernel), expected);
  });
}

TEST(RouterTiesGoToTheLowerExpert) {
  ForEach([](const Kernel<SparseMoeParams>& kernel, Random& random) {
    MoeCase test(random, WeightKinds()[0], 4, 9, 3);
    test.router = MakeWeight(random, Format::kF32, 9, 37, 0);
    test.params.router = test.router.view();
    CheckClose(test.Run(kernel), test.Expected());
  });
}

TEST(RouterLogitsThatAreNotNumbersStayInBounds) {
  ForEach([](const Kernel<SparseMoeParams>& kernel, Random& random) {
    MoeCase test(random, WeightKinds()[0], 3, 9, 4);
    test.x[40] = NAN;
    test.x[80] = INFINITY;
    std::vector<float> y = test.Run(kernel);
    for (int64_t i = 0; i < 37; i++) CHECK(std::isfinite(y[static_cast<size_t>(i)]));
    for (int64_t i = 37; i < 74; i++) CHECK(std::isnan(y[static_cast<size_t>(i)]));
  });
}

TEST(Pitfall51ANaNOfATokenStaysInItsRow) {
  auto check = [](const Kernel<SparseMoeParams>& kernel) {
    Random random(33);
    for (const WeightKind& kind : FastKinds()) {
      for (int64_t tokens : {3, 1, 19}) {
        if (IsSlow() && tokens != 3) break;
        MoeCase test(random, kind, tokens, 11, 3);
        if (!kernel.Takes(test.params)) continue;
        std::vector<float> clean = test.Run(kernel);
        for (int64_t t = 0; t < tokens; t += tokens > 3 ? 9 : 1) {
          float& x = test.x[static_cast<size_t>(t * test.hidden + (7 * t + 5) % test.hidden)];
          float before = x;
          x = NAN;
          std::vector<float> y = test.Run(kernel);
          x = before;
          for (size_t i = 0; i < y.size(); i++) {
            if (static_cast<int64_t>(i) / test.hidden == t) {
              CHECK(std::isnan(y[i]));
            } else {
              CHECK_EQUAL(BitsFromFloat(clean[i]), BitsFromFloat(y[i]));
            }
          }
        }
      }
    }
  };
  ForEachTwin<SparseMoeParams>(Compute::kExact, check);
  ForEachTwin<SparseMoeParams>(Compute::kFast, check);
}

TEST(Pitfall51ANaNOfTheRouterReachesEveryRow) {
  ForEach([](const Kernel<SparseMoeParams>& kernel, Random& random) {
    for (int64_t e = 0; e < 37; e += IsSlow() ? 12 : 1) {
      MoeCase test(random, FastKinds()[0], 3, 37, 2);
      if (!kernel.Takes(test.params)) continue;
      const uint16_t nan = 0x7fc0;
      std::memcpy(const_cast<uint8_t*>(test.router.view().row(e)) + 2 * (36 - e), &nan, 2);
      for (float value : test.Run(kernel)) CHECK(std::isnan(value));
    }
  });
}

}  // namespace deltaport::test
