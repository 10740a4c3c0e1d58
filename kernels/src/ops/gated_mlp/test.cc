#include "matmul/resident.h"
#include "ops/gated_mlp/kernel.h"
#include "threads.h"
#include "values.h"

namespace deltaport::test {
namespace {

struct MlpCase {
  MlpCase(Random& random, const WeightKind& kind, int64_t tokens, int64_t hidden, int64_t intermediate)
      : gate(MakeWeight(random, kind, intermediate, hidden, 0.3f)),
        up(MakeWeight(random, kind, intermediate, hidden, 0.3f)),
        down(MakeWeight(random, kind, hidden, intermediate, 0.3f)),
        x(random.Floats(tokens * hidden)) {
    params.x = x.data();
    params.mlp = {gate.view(), up.view(), down.view()};
    params.tokens = tokens;
  }

  std::vector<float> Run(const Kernel<GatedMlpParams>& kernel, Memory memory) const {
    GatedMlpParams run = params;
    Prepared prepared;
    prepared.Make(Mode{kernel.isa, kernel.compute, memory, 2}, kernel, {&run.mlp.gate, &run.mlp.up, &run.mlp.down});
    std::vector<float> y(static_cast<size_t>(run.tokens * down.out), NAN);
    run.y = y.data();
    Threads threads(2);
    kernel.Run(run, threads);
    return y;
  }

  std::vector<double> Expected(double (*act)(double), Rounding round = Exactly) const {
    std::vector<double> y;
    for (int64_t t = 0; t < params.tokens; t++) {
      std::vector<double> row = round({params.x + t * gate.in, params.x + (t + 1) * gate.in});  // [hidden]
      std::vector<double> inner;
      for (int64_t o = 0; o < gate.out; o++) {
        double g = 0;
        double u = 0;
        for (int64_t i = 0; i < gate.in; i++) {
          g += row[static_cast<size_t>(i)] * gate.at(o, i);
          u += row[static_cast<size_t>(i)] * up.at(o, i);
        }
        inner.push_back(act(g) * u);
      }
      inner = round(inner);
      for (int64_t o = 0; o < down.out; o++) {
        double sum = 0;
        for (int64_t i = 0; i < down.in; i++) sum += inner[static_cast<size_t>(i)] * down.at(o, i);
        y.push_back(sum);
      }
    }
    return y;
  }

  TestWeight gate;
  TestWeight up;
  TestWeight down;
  std::vector<float> x;
  GatedMlpParams params;
};

double GeluOf(double x) { return 0.5 * x * (1 + std::erf(x / std::sqrt(2.0))); }
double Relu2Of(double x) { return x > 0 ? x * x : 0; }

}  // namespace

TEST(GatedMlpEqualsDouble) {
  ForEachTwin<GatedMlpParams>(Compute::kExact, [](const Kernel<GatedMlpParams>& kernel) {
    Random random(6);
    for (const WeightKind& kind : WeightKinds()) {
      for (int64_t tokens : {1, 2, 5, 18, 67}) {
        MlpCase test(random, kind, tokens, 37, 53);
        if (!kernel.Takes(test.params)) continue;
        CheckClose(test.Run(kernel, Memory::kMapped), test.Expected(SiluOf));
        CheckSame(test.Run(kernel, Memory::kResident), test.Run(kernel, Memory::kMapped));
        test.params.activation = Activation::kGelu;
        CheckClose(test.Run(kernel, Memory::kMapped), test.Expected(GeluOf));
        test.params.activation = Activation::kRelu2;
        CheckClose(test.Run(kernel, Memory::kMapped), test.Expected(Relu2Of));
      }
    }
  });
}

TEST(Pitfall28FastGatedMlpEqualsDoubleOverRoundedActivations) {
  ForEachTwin<GatedMlpParams>(Compute::kFast, [](const Kernel<GatedMlpParams>& kernel) {
    Random random(6);
    for (const WeightKind& kind : FastKinds()) {
      for (int64_t tokens : {1, 2, 5, 18, 67}) {
        MlpCase test(random, kind, tokens, 137, 93);
        if (!kernel.Takes(test.params)) continue;
        CheckClose(test.Run(kernel, Memory::kMapped), test.Expected(SiluOf, FastRounding(kernel.isa, kind.format)),
                   kFastBound);
        CheckSame(test.Run(kernel, Memory::kResident), test.Run(kernel, Memory::kMapped));
      }
    }
  });
}

TEST(GatedMlpRowIsAsAlone) {
  ForEachTwin<GatedMlpParams>(Compute::kExact, [](const Kernel<GatedMlpParams>& kernel) {
    Random random(7);
    MlpCase test(random, WeightKinds()[2], 19, 70, 41);
    std::vector<float> together = test.Run(kernel, Memory::kMapped);
    std::vector<float> alone;
    test.params.tokens = 1;
    for (int64_t t = 0; t < 19; t++) {
      test.params.x = test.x.data() + t * 70;
      std::vector<float> row = test.Run(kernel, Memory::kMapped);
      alone.insert(alone.end(), row.begin(), row.end());
    }
    CheckSame(together, alone);
  });
}

}  // namespace deltaport::test
