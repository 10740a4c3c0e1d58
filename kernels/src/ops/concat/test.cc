#include "ops/concat/kernel.h"
#include "threads.h"
#include "values.h"

namespace deltaport::test {

TEST(ConcatPutsTheRowsOfBothSideBySide) {
  ForEachTwin<ConcatParams>(Compute::kExact, [](const Kernel<ConcatParams>& kernel) {
    Random random(11);
    for (int64_t tokens : {1, 31, 33, 70}) {
      std::vector<float> a = random.Floats(tokens * 3);
      std::vector<float> b = random.Floats(tokens * 5);
      std::vector<float> y(static_cast<size_t>(tokens * 8));
      ConcatParams params;
      params.a = a.data();
      params.b = b.data();
      params.y = y.data();
      params.tokens = tokens;
      params.m = 3;
      params.n = 5;
      Threads threads(2);
      kernel.Run(params, threads);
      for (int64_t i = 0; i < tokens * 8; i++) {
        int64_t t = i / 8;
        int64_t column = i % 8;
        float expected =
            column < 3 ? a[static_cast<size_t>(t * 3 + column)] : b[static_cast<size_t>(t * 5 + column - 3)];
        CHECK_EQUAL(expected, y[static_cast<size_t>(i)]);
      }
    }
  });
}

}  // namespace deltaport::test
