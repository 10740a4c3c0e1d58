#include "matmul/resident.h"
#include "ops/linear/kernel.h"
#include "threads.h"
#include "values.h"

namespace deltaport::test {
namespace {

struct LinearCase {
  LinearCase(Random& random, const WeightKind& kind, int64_t tokens, int64_t out, int64_t in)
      : weight(MakeWeight(random, kind, out, in)), x(random.Floats(tokens * in)), bias(random.Floats(out)) {
    params.x = x.data();
    params.weight = weight.view();
    params.bias = bias.data();
    params.tokens = tokens;
  }

  std::vector<float> Run(const Kernel<LinearParams>& kernel, Memory memory, int64_t threads = 2) const {
    LinearParams run = params;
    Prepared prepared;
    prepared.Make(Mode{kernel.isa, kernel.compute, memory, 2}, kernel, {&run.weight});
    std::vector<float> y(static_cast<size_t>(run.tokens * run.weight.out), NAN);
    run.y = y.data();
    Threads pool(threads);
    kernel.Run(run, pool);
    return y;
  }

  std::vector<double> Expected(Rounding round = Exactly) const {
    std::vector<double> y;
    for (int64_t t = 0; t < params.tokens; t++) {
      std::vector<double> row = round({params.x + t * weight.in, params.x + (t + 1) * weight.in});  // [in]
      for (int64_t o = 0; o < weight.out; o++) {
        double sum = params.bias == nullptr ? 0 : static_cast<double>(params.bias[o]);
        for (int64_t i = 0; i < weight.in; i++) sum += row[static_cast<size_t>(i)] * weight.at(o, i);
        y.push_back(sum);
      }
    }
    return y;
  }

  TestWeight weight;
  std::vector<float> x;
  std::vector<float> bias;
  LinearParams params;
};

struct Size {
  int64_t tokens, out, in;
};

constexpr Size kSizes[] = {{1, 1, 1},     {1, 37, 53},   {2, 16, 64},   {3, 5, 129},   {4, 70, 31},   {7, 33, 96},
                           {16, 48, 160}, {17, 19, 257}, {65, 35, 130}, {1, 18, 4500}, {14, 17, 4500}};

void ForEachCase(const std::vector<WeightKind>& kinds, Compute compute,
                 void (*body)(const Kernel<LinearParams>&, LinearCase&)) {
  ForEachTwin<LinearParams>(compute, [&](const Kernel<LinearParams>& kernel) {
    Random random(1);
    for (const WeightKind& kind : kinds) {
      for (const Size& size : kSizes) {
        LinearCase test(random, kind, size.tokens, size.out, size.in);
        if (kernel.Takes(test.params)) body(kernel, test);
      }
    }
  });
}

// The twins that multiply bytes: not those for CUDA.
template <class Body>
void ForEachByteTwin(const Body& body) {
  int64_t twins = 0;
  ForEachTwin<LinearParams>(Compute::kFast, [&](const Kernel<LinearParams>& kernel) {
    if (kernel.isa == Isa::kReference) return;
    twins++;
    body(kernel);
  });
  CHECK(twins > 0 || CpuIsa() == Isa::kReference);
}

}  // namespace

TEST(LinearEqualsDoubleInEveryFormatAndSize) {
  ForEachCase(WeightKinds(), Compute::kExact, [](const Kernel<LinearParams>& kernel, LinearCase& test) {
    CheckClose(test.Run(kernel, Memory::kMapped), test.Expected());
    CheckSame(test.Run(kernel, Memory::kResident), test.Run(kernel, Memory::kMapped));
    test.params.bias = nullptr;
    CheckClose(test.Run(kernel, Memory::kMapped), test.Expected());
  });
}

TEST(Pitfall28FastLinearEqualsDoubleOverRoundedActivations) {
  for (const std::vector<WeightKind>* kinds : {&WeightKinds(), &FastKinds()}) {
    ForEachCase(*kinds, Compute::kFast, [](const Kernel<LinearParams>& kernel, LinearCase& test) {
      CheckClose(test.Run(kernel, Memory::kMapped), test.Expected(FastRounding(kernel.isa, test.weight.format)));
      CheckSame(test.Run(kernel, Memory::kResident), test.Run(kernel, Memory::kMapped));
    });
  }
}

TEST(FastLinearOfManyRowsEqualsDoubleOverRoundedActivations) {
  ForEachTwin<LinearParams>(Compute::kFast, [](const Kernel<LinearParams>& kernel) {
    Random random(1);
    for (const std::vector<WeightKind>* kinds : {&WeightKinds(), &FastKinds()}) {
      for (const WeightKind& kind : *kinds) {
        LinearCase test(random, kind, 259, 19, 330);
        if (!kernel.Takes(test.params)) continue;
        CheckClose(test.Run(kernel, Memory::kMapped), test.Expected(FastRounding(kernel.isa, kind.format)));
      }
    }
  });
}

TEST(FastLinearOfBytesHasTheSameBitsAtEveryLevel) {
  std::vector<std::vector<float>> first;
  ForEachByteTwin([&](const Kernel<LinearParams>& kernel) {
    Random random(1);
    size_t at = 0;
    for (const WeightKind& kind : FastKinds()) {
      LinearCase test(random, kind, 17, 35, 257);
      if (kind.format == Format::kBf16 || !kernel.Takes(test.params)) continue;
      if (at == first.size()) first.push_back(test.Run(kernel, Memory::kMapped));
      CheckSame(test.Run(kernel, Memory::kMapped), first[at++]);
    }
  });
}

TEST(FastLinearOfBytesTakesNoOtherCodebook) {
  ForEachByteTwin([](const Kernel<LinearParams>& kernel) {
    Random random(1);
    LinearCase test(random, FastKinds()[5], 1, 16, 64);
    CHECK(kernel.Takes(test.params));
    for (float value : {0.5f, 128.0f, -128.0f, NAN}) {
      LinearCase other = test;
      other.weight.codebook[3] = value;
      other.params.weight = other.weight.view();
      CHECK(!kernel.Takes(other.params));
    }
  });
}

TEST(FastLinearOfBytesKeepsWhatIsNoNumber) {
  ForEachByteTwin([](const Kernel<LinearParams>& kernel) {
    Random random(1);
    LinearCase test(random, FastKinds()[1], 3, 16, 64);
    test.x[5] = NAN;
    test.x[64 + 5] = INFINITY;
    test.x[128 + 5] = 1e-44f;
    std::vector<float> y = test.Run(kernel, Memory::kMapped);
    for (size_t i = 0; i < 48; i++) CHECK_EQUAL(i >= 32, std::isfinite(y[i]));
  });
}

TEST(LinearRowIsAsAloneOnAnyNumberOfThreads) {
  ForEachCase(WeightKinds(), Compute::kExact, [](const Kernel<LinearParams>& kernel, LinearCase& test) {
    std::vector<float> together = test.Run(kernel, Memory::kMapped, 3);
    std::vector<float> alone;
    LinearParams all = test.params;
    test.params.tokens = 1;
    for (int64_t t = 0; t < all.tokens; t++) {
      test.params.x = all.x + t * test.weight.in;
      std::vector<float> row = test.Run(kernel, Memory::kMapped, 1);
      alone.insert(alone.end(), row.begin(), row.end());
    }
    CheckSame(together, alone);
  });
}

}  // namespace deltaport::test
