#include "core/workspace.h"

#include <cstring>
#include <set>
#include <thread>

#include "harness.h"
#include "threads.h"

namespace deltaport::test {

TEST(AWorkspaceGivesWhatIsApartAndTakesItBack) {
  Workspace workspace;
  float* again = nullptr;
  for (int64_t round = 0; round < 3; round++) {
    Workspace::Scope scope(workspace);
    float* first = scope.Floats(100);
    CHECK_EQUAL(uintptr_t{0}, reinterpret_cast<uintptr_t>(first) % 64);
    std::memset(first, 1, 400);
    float* inner = nullptr;
    {
      Workspace::Scope within(workspace);
      inner = within.Floats(1 << 20);  // more than the first block
      std::memset(inner, 2, 4 << 20);
    }
    float* second = scope.Floats(1 << 20);
    CHECK(second == inner);
    std::memset(second, 3, 4 << 20);
    CHECK(reinterpret_cast<uint8_t*>(first)[399] == 1);
    if (round == 2) CHECK(first == again);  // one block by now
    again = first;
  }
}

TEST(WorkspacesAreAsManyAsRunsAtOnce) {
  Workspaces all;
  std::set<Workspace*> seen;
  for (int64_t i = 0; i < 10; i++) {
    std::unique_ptr<Workspace> one = all.Borrow();
    std::unique_ptr<Workspace> two = all.Borrow();
    CHECK(one != two);
    seen.insert(one.get());
    seen.insert(two.get());
    all.Return(std::move(one));
    all.Return(std::move(two));
  }
  CHECK_EQUAL(size_t{2}, seen.size());
}

TEST(TasksAtTheSameTimeHaveMemoryOfTheirOwn) {
  Threads threads(4);
  std::atomic<int64_t> wrong{0};
  threads.ForWith(33, 2000, [&](int64_t i, float* own) {
    for (int64_t j = 0; j < 33; j++) own[j] = static_cast<float>(i);
    std::this_thread::yield();
    for (int64_t j = 0; j < 33; j++) wrong += own[j] != static_cast<float>(i);
  });
  CHECK_EQUAL(int64_t{0}, wrong.load());
}

// Where more tasks run than the loop was told, they wait for each other.
TEST(TooFewStretchesOfMemoryAreShared) {
  Workspace workspace;
  Workspace::Scope scope(workspace);
  TaskMemory memory(scope, 1, 16);
  std::atomic<int64_t> inside{0};
  std::atomic<int64_t> most{0};
  Threads threads(4);
  threads.For(200, [&](int64_t) {
    TaskMemory::Taken taken(memory);
    if (++inside > 1) most = 2;
    std::this_thread::yield();
    inside--;
  });
  CHECK_EQUAL(int64_t{0}, most.load());
}

}  // namespace deltaport::test
