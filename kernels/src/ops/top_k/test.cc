#include <limits>

#include "ops/top_k/kernel.h"
#include "threads.h"
#include "values.h"

namespace deltaport::test {
namespace {

// ids of the k best of each row; the values are checked against them
std::vector<int64_t> Best(const Kernel<TopKParams>& kernel, const std::vector<float>& logits, int64_t n, int64_t k) {
  int64_t vocab = static_cast<int64_t>(logits.size()) / n;
  std::vector<float> values(static_cast<size_t>(n * k));
  std::vector<int64_t> ids(values.size());
  TopKParams params;
  params.logits = logits.data();
  params.values = values.data();
  params.ids = ids.data();
  params.n = n;
  params.vocab = vocab;
  params.k = k;
  Threads threads(2);
  kernel.Run(params, threads);
  for (size_t i = 0; i < ids.size(); i++) {
    float logit = logits[i / static_cast<size_t>(k) * static_cast<size_t>(vocab) + static_cast<size_t>(ids[i])];
    CHECK(BitsFromFloat(values[i]) == BitsFromFloat(logit));
  }
  return ids;
}

void ForEach(void (*body)(const Kernel<TopKParams>&)) { ForEachTwin<TopKParams>(Compute::kExact, body); }

}  // namespace

TEST(TopKIsInOrder) {
  ForEach([](const Kernel<TopKParams>& kernel) {
    Random random(5);
    for (int64_t vocab : {1, 2, 63, 64, 65, 1000}) {
      for (int64_t k : {int64_t{1}, vocab / 2 + 1, vocab}) {
        std::vector<float> logits = random.Floats(3 * vocab);
        std::vector<int64_t> ids = Best(kernel, logits, 3, k);
        for (int64_t row = 0; row < 3; row++) {
          std::vector<bool> chosen(static_cast<size_t>(vocab));
          for (int64_t i = 0; i < k; i++) {
            int64_t best = -1;
            for (int64_t v = 0; v < vocab; v++) {
              if (chosen[static_cast<size_t>(v)]) continue;
              if (best < 0 ||
                  logits[static_cast<size_t>(row * vocab + v)] > logits[static_cast<size_t>(row * vocab + best)])
                best = v;
            }
            CHECK_EQUAL(best, ids[static_cast<size_t>(row * k + i)]);
            chosen[static_cast<size_t>(best)] = true;
          }
        }
      }
    }
  });
}

TEST(TopKTiesGoToTheLowerId) {
  ForEach([](const Kernel<TopKParams>& kernel) {
    std::vector<float> logits(100, 1.0f);
    logits[70] = 2;
    logits[30] = 2;
    CHECK(Best(kernel, logits, 1, 4) == std::vector<int64_t>({30, 70, 0, 1}));
  });
}

TEST(TopKPutsNanFirstAndMinusInfinityLast) {
  ForEach([](const Kernel<TopKParams>& kernel) {
    float inf = std::numeric_limits<float>::infinity();
    std::vector<float> logits = {-inf, 1, NAN, inf, NAN, -inf};
    CHECK(Best(kernel, logits, 1, 6) == std::vector<int64_t>({2, 4, 3, 1, 0, 5}));
  });
}

}  // namespace deltaport::test
