#include "ops/rotary_table/kernel.h"
#include "threads.h"
#include "values.h"

namespace deltaport::test {
namespace {

constexpr int64_t kHalf = 5;

// Two sequences: 3 tokens from `first`, 2 tokens from position 0.
struct RotaryCase {
  explicit RotaryCase(int64_t first) : positions({first, first + 1, first + 2, 0, 1}) {
    for (int64_t row = 0; row < 2; row++) {
      for (int64_t i = 0; i < kHalf; i++) {
        inv_freq.push_back(static_cast<float>(std::pow(1e4, -static_cast<double>(i) / kHalf) / (row == 0 ? 1 : 3)));
      }
    }
    params.positions = positions.data();
    params.cu_seq_lens = cu_seq_lens;
    params.inv_freq = inv_freq.data();
    params.tokens = 5;
    params.seqs = 2;
    params.rotary = 2 * kHalf;
  }

  std::vector<float> Run(const Kernel<RotaryTableParams>& kernel) const {
    RotaryTableParams run = params;
    std::vector<float> cos_sin(5 * 2 * kHalf, NAN);
    run.cos_sin = cos_sin.data();
    Threads threads(2);
    kernel.Run(run, threads);
    return cos_sin;
  }

  // frequencies[s][i] of sequence s; the angle is rounded to float32 as Hugging Face does
  std::vector<double> Expected(const std::vector<std::vector<float>>& frequencies) const {
    std::vector<double> expected;
    for (size_t t = 0; t < 5; t++) {
      for (double (*f)(double) :
           {static_cast<double (*)(double)>(std::cos), static_cast<double (*)(double)>(std::sin)}) {
        for (size_t i = 0; i < kHalf; i++) {
          float angle = static_cast<float>(positions[t]) * frequencies[t < 3 ? 0 : 1][i];
          expected.push_back(f(static_cast<double>(angle)) * static_cast<double>(params.attention_factor));
        }
      }
    }
    return expected;
  }

  std::vector<float> row(size_t r) const {
    return {inv_freq.begin() + static_cast<int64_t>(r) * kHalf, inv_freq.begin() + static_cast<int64_t>(r + 1) * kHalf};
  }

  std::vector<int64_t> positions;
  int32_t cu_seq_lens[3] = {0, 3, 5};
  std::vector<float> inv_freq;
  RotaryTableParams params;
};

void ForEach(void (*body)(const Kernel<RotaryTableParams>&)) { ForEachTwin<RotaryTableParams>(Compute::kExact, body); }

}  // namespace

TEST(RotaryTableOfFixedFrequencies) {
  ForEach([](const Kernel<RotaryTableParams>& kernel) {
    for (int64_t first : {0, 100, 262140}) {
      RotaryCase test(first);
      test.params.attention_factor = 1.5f;
      CheckClose(test.Run(kernel), test.Expected({test.row(0), test.row(0)}), 1e-6);
    }
  });
}

TEST(LongropeChoosesByEachSequencesOwnLength) {
  ForEach([](const Kernel<RotaryTableParams>& kernel) {
    RotaryCase test(14);
    test.params.type = RotaryType::kLongrope;
    test.params.original_max = 17;
    CheckClose(test.Run(kernel), test.Expected({test.row(0), test.row(0)}), 1e-6);
    test.params.original_max = 16;
    CheckClose(test.Run(kernel), test.Expected({test.row(1), test.row(0)}), 1e-6);
  });
}

TEST(DynamicStretchesTheBaseBeyondTheOriginalLength) {
  ForEach([](const Kernel<RotaryTableParams>& kernel) {
    RotaryCase test(38);
    test.params.type = RotaryType::kDynamic;
    test.params.original_max = 41;
    test.params.theta = 1e4;
    test.params.factor = 2.5;
    test.params.dim = 2 * kHalf;
    CheckClose(test.Run(kernel), test.Expected({test.row(0), test.row(0)}), 1e-6);
    test.params.original_max = 16;
    std::vector<float> own;
    double base = 1e4 * std::pow(2.5 * 41 / 16 - 1.5, 10.0 / 8);
    for (int64_t i = 0; i < kHalf; i++)
      own.push_back(static_cast<float>(std::pow(base, -2.0 * static_cast<double>(i) / 10)));
    CheckClose(test.Run(kernel), test.Expected({own, test.row(0)}));
  });
}

}  // namespace deltaport::test
