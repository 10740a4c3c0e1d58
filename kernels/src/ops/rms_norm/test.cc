#include "ops/rms_norm/kernel.h"
#include "threads.h"
#include "values.h"

namespace deltaport::test {
namespace {

struct NormCase {
  NormCase(Random& random, int64_t tokens, int64_t hidden, float scale)
      : x(random.Floats(tokens * hidden, scale)),
        weight(random.Floats(hidden, 0.3f, 1)),
        residual(random.Floats(tokens * hidden, scale)) {
    params.x = x.data();
    params.weight = weight.data();
    params.residual = residual.data();
    params.tokens = tokens;
    params.hidden = hidden;
    params.epsilon = 1e-6f;
  }

  // y, and the sum where asked for
  std::vector<float> Run(const Kernel<RmsNormParams>& kernel, std::vector<float>* sum) const {
    RmsNormParams run = params;
    std::vector<float> y(x.size(), NAN);
    run.y = y.data();
    if (sum != nullptr) {
      sum->assign(x.size(), NAN);
      run.sum = sum->data();
    }
    Threads threads(2);
    kernel.Run(run, threads);
    return y;
  }

  std::vector<double> Sum() const {
    std::vector<double> sum;
    for (size_t i = 0; i < x.size(); i++) {
      sum.push_back(static_cast<double>(x[i]) + (params.residual == nullptr ? 0 : static_cast<double>(residual[i])));
    }
    return sum;
  }

  std::vector<double> Expected() const {
    std::vector<double> y = Sum();
    for (int64_t t = 0; t < params.tokens; t++) {
      double* row = y.data() + t * params.hidden;
      double squares = 0;
      for (int64_t i = 0; i < params.hidden; i++) squares += row[i] * row[i];
      double inverse =
          1 / std::sqrt(squares / static_cast<double>(params.hidden) + static_cast<double>(params.epsilon));
      for (int64_t i = 0; i < params.hidden; i++)
        row[i] *= inverse * static_cast<double>(weight[static_cast<size_t>(i)]);
    }
    return y;
  }

  std::vector<float> x;
  std::vector<float> weight;
  std::vector<float> residual;
  RmsNormParams params;
};

}  // namespace

TEST(RmsNormEqualsDouble) {
  ForEachTwin<RmsNormParams>(Compute::kExact, [](const Kernel<RmsNormParams>& kernel) {
    Random random(3);
    for (int64_t hidden : {1, 7, 16, 33, 130, 2048}) {
      for (float scale : {1e-3f, 1.0f, 1e4f}) {
        NormCase test(random, 9, hidden, scale);
        std::vector<float> sum;
        CheckClose(test.Run(kernel, &sum), test.Expected());
        CheckClose(sum, test.Sum(), 1e-6);
        CheckClose(test.Run(kernel, nullptr), test.Expected());
        test.params.residual = nullptr;
        CheckClose(test.Run(kernel, nullptr), test.Expected());
        CheckClose(test.Run(kernel, &sum), test.Expected());
        CheckClose(sum, test.Sum(), 0);
      }
    }
  });
}

TEST(RmsNormOfHugeRowsIsFinite) {
  ForEachTwin<RmsNormParams>(Compute::kExact, [](const Kernel<RmsNormParams>& kernel) {
    Random random(4);
    NormCase test(random, 2, 40, 1e30f);
    for (float value : test.Run(kernel, nullptr)) CHECK(std::isfinite(value));
  });
}

}  // namespace deltaport::test
