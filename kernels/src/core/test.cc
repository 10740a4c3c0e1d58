#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <fstream>

#include "core/activation.h"
#include "core/dispatch.h"
#include "core/guard.h"
#include "core/sizes.h"
#include "core/team.h"
#include "core/weight.h"
#include "harness.h"

namespace deltaport {

TEST(Float16WidensAllKinds) {
  CHECK_EQUAL(1.0f, F32FromF16(0x3c00));
  CHECK_EQUAL(-2.0f, F32FromF16(0xc000));
  CHECK_EQUAL(65504.0f, F32FromF16(0x7bff));
  CHECK_EQUAL(0x1p-24f, F32FromF16(0x0001));
  CHECK_EQUAL(-1023 * 0x1p-24f, F32FromF16(0x83ff));
  CHECK_EQUAL(0x1p-14f, F32FromF16(0x0400));
  CHECK(std::isinf(F32FromF16(0x7c00)) && F32FromF16(0xfc00) < 0);
  CHECK(std::isnan(F32FromF16(0x7e00)));
  CHECK(std::signbit(F32FromF16(0x8000)));
}

TEST(Bfloat16RoundsToNearestEven) {
  CHECK_EQUAL(0x3f80, Bf16FromF32(1.0f));
  CHECK_EQUAL(0x3f80, Bf16FromF32(FloatFromBits(0x3f808000)));  // half way: to even
  CHECK_EQUAL(0x3f82, Bf16FromF32(FloatFromBits(0x3f818000)));
  CHECK_EQUAL(0x3f81, Bf16FromF32(FloatFromBits(0x3f808001)));
  CHECK_EQUAL(0x7f80, Bf16FromF32(FloatFromBits(0x7f7fffff)));
  CHECK(std::isnan(F32FromBf16(Bf16FromF32(FloatFromBits(0x7f800001)))));
}

TEST(Fp8DecodesE4m3) {
  CHECK_EQUAL(448.0f, F32FromFp8(0x7e));
  CHECK_EQUAL(-1.0f, F32FromFp8(0xb8));
  CHECK_EQUAL(0x1p-9f, F32FromFp8(0x01));
  CHECK_EQUAL(0x1p-6f, F32FromFp8(0x08));
  CHECK_EQUAL(1.875f, F32FromFp8(0x3f));
  CHECK(std::isnan(F32FromFp8(0x7f)) && std::isnan(F32FromFp8(0xff)));
}

TEST(SizesThatOverflowThrow) {
  CHECK_EQUAL(int64_t{12}, Multiply(3, 4));
  CHECK_ERROR("overflows", Multiply(int64_t{1} << 32, int64_t{1} << 31));
  CHECK_ERROR("overflows", Multiply(-1, 4));
  CHECK_ERROR("overflows", Add(INT64_MAX, 1));
  CHECK_EQUAL(INT64_MAX, CeilDiv(INT64_MAX, 1));
}

TEST(UnknownOptionsAreRefused) {
  CHECK_ERROR("found 'avx'", ParseIsa("avx"));
  CHECK_ERROR("found ''", ParseCompute(""));
  CHECK_ERROR("found 'Mapped'", ParseMemory("Mapped"));
  CHECK_ERROR("'prelu'", ParseActivation("prelu"));
}

TEST(Pitfall28MissingCpuFeatureFallsBack) {
  CHECK(Allows(CpuIsa(), ParseIsa("auto")));
  for (const char* name : {"reference", "avx2", "avx512", "avx512_bf16", "avx512_vnni", "neon"}) {
    CHECK(Allows(CpuIsa(), ParseIsa(name)));
  }
  CHECK(Allows(Isa::kAvx512, Isa::kAvx2) && !Allows(Isa::kAvx512, Isa::kAvx512Bf16));
  CHECK(!Allows(Isa::kNeon, Isa::kAvx2) && !Allows(Isa::kAvx512Vnni, Isa::kNeon));
}

TEST(ActivationsStayFiniteFarOut) {
  for (const char* name : {"silu", "gelu", "gelu_10", "gelu_fast", "gelu_new", "quick_gelu", "mish", "sqrtsoftplus"}) {
    for (float x : {-1e4f, -100.0f, 100.0f, 1e4f}) CHECK(std::isfinite(Activate(ParseActivation(name), x)));
  }
}

TEST(Pitfall51NoActivationHidesANaN) {
  for (const char* name : {"gelu", "gelu_10", "gelu_fast", "gelu_new", "hardswish", "laplace", "leaky_relu", "linear",
                           "mish", "quick_gelu", "relu", "relu2", "relu6", "sigmoid", "silu", "sqrtsoftplus", "tanh"}) {
    CHECK(std::isnan(Activate(ParseActivation(name), NAN)));
  }
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // which need address space of their own

// What a body does in a process of its own: 0 where it says yes.
template <class Body>
int InAProcess(const Body& body) {
  pid_t child = fork();
  if (child == 0) _exit(body() ? 0 : 1);
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

// Leaves `bytes` more of address space than there is in use.
void LimitMemory(int64_t bytes) {
  std::ifstream file("/proc/self/statm");
  int64_t pages = 0;
  file >> pages;
  rlimit limit{};
  limit.rlim_cur = limit.rlim_max = static_cast<rlim_t>(pages * 4096 + bytes);
  setrlimit(RLIMIT_AS, &limit);
}

TEST(Pitfall54AThreadThatCannotStartIsNoCrash) {
  if (test::IsEmulated()) return;
  int status = InAProcess([] {
    LimitMemory(40 << 20);  // of stacks, which take 8 MiB each
    Team team(64);
    std::atomic<int64_t> sum{0};
    team.For(1000, [&](int64_t i) { sum += i; });
    return sum == 499500 && team.threads() < 64;
  });
  CHECK_EQUAL(0, status);
}

TEST(AnErrorWithoutMemoryForItsMessageIsStillOne) {
  if (test::IsEmulated()) return;
  struct Long : std::exception {
    const char* what() const noexcept override { return message; }
    const char* message = nullptr;
  };
  int status = InAProcess([] {
    std::string text(64 << 20, 'x');
    Long error;
    error.message = text.c_str();
    LimitMemory(1 << 20);
    return Guard([&] { throw error; }) == 1 && LastError() == "out of memory";
  });
  CHECK_EQUAL(0, status);
}

#endif

}  // namespace deltaport
