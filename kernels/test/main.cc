// Runs every test whose name contains the argument; without one all. Prints what failed.
#include <cstdio>
#include <cstring>

#include "harness.h"

namespace deltaport::test {

std::vector<Case>& Cases() {
  static std::vector<Case> cases;
  return cases;
}

}  // namespace deltaport::test

int main(int argc, char** argv) {
  int ran = 0;
  int failed = 0;
  for (const deltaport::test::Case& test : deltaport::test::Cases()) {
    if (argc > 1 && std::strstr(test.name, argv[1]) == nullptr) continue;
    ran++;
    try {
      test.body();
    } catch (const std::exception& error) {
      failed++;
      std::printf("%s: %s\n", test.name, error.what());
    }
  }
  std::printf("%d tests, %d failed\n", ran, failed);
  return failed > 0 || ran == 0;
}
