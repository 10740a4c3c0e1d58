#include <cmath>

#include "core/activation.h"
#include "core/dispatch.h"
#include "core/sizes.h"
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

}  // namespace deltaport
