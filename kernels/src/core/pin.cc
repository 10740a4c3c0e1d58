#include "core/pin.h"

#include <sched.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "core/error.h"

namespace deltaport {
namespace {

thread_local std::optional<cpu_set_t> before;

void Set(const cpu_set_t& cpus) {
  if (sched_setaffinity(0, sizeof cpus, &cpus) != 0) Fail("sched_setaffinity: ", std::strerror(errno));
}

}  // namespace

void Pin(int32_t cpu) {
  Require(cpu >= 0 && cpu < CPU_SETSIZE, "cpu: expected 0 to ", CPU_SETSIZE - 1, ", found ", cpu);
  cpu_set_t now;
  if (sched_getaffinity(0, sizeof now, &now) != 0) Fail("sched_getaffinity: ", std::strerror(errno));
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  Set(one);
  if (!before) before = now;
}

void Unpin() {
  if (!before) return;
  cpu_set_t then = *before;
  before.reset();
  Set(then);
}

}  // namespace deltaport
