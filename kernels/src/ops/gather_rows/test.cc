#include "ops/gather_rows/kernel.h"
#include "threads.h"
#include "values.h"

namespace deltaport::test {

TEST(GatherRowsWidensEveryFormat) {
  ForEachTwin<GatherRowsParams>(Compute::kExact, [](const Kernel<GatherRowsParams>& kernel) {
    Random random(2);
    for (const WeightKind& kind : WeightKinds()) {
      TestWeight table = MakeWeight(random, kind, 37, 71);
      std::vector<int64_t> rows = {36, 0, 5, 5, 17};
      for (int64_t i = 0; i < 40; i++) rows.push_back(random.Below(37));
      std::vector<float> y(rows.size() * 71, NAN);
      GatherRowsParams params;
      params.table = table.view();
      params.rows = rows.data();
      params.m = static_cast<int64_t>(rows.size());
      params.y = y.data();
      Threads threads(2);
      kernel.Run(params, threads);
      std::vector<double> expected;
      for (int64_t row : rows) {
        for (int64_t i = 0; i < 71; i++) expected.push_back(table.at(row, i));
      }
      CheckClose(y, expected, 1e-6);
    }
  });
}

}  // namespace deltaport::test
