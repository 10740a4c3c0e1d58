// Random inputs and double-precision expectations.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "core/dispatch.h"
#include "core/weight.h"
#include "harness.h"

namespace deltaport::test {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  int64_t Below(int64_t n) { return static_cast<int64_t>(engine_() % static_cast<uint64_t>(n)); }
  float Normal() { return std::normal_distribution<float>()(engine_); }
  std::vector<float> Floats(int64_t n, float scale = 1, float mean = 0);

 private:
  std::mt19937_64 engine_;
};

// A weight with its values in double, decoded without the library's help. The bytes start at an odd address.
struct TestWeight {
  std::vector<uint8_t> data;
  std::vector<uint8_t> scales;
  std::vector<uint8_t> zero_points;
  std::vector<float> codebook;
  std::vector<double> values;  // [out, in]
  int64_t out = 0;
  int64_t in = 0;
  Format format = Format::kNone;
  Format scale_format = Format::kNone;
  int64_t block_out = 0;
  int64_t block_in = 0;
  float factor = 1;

  WeightView view() const;
  double at(int64_t o, int64_t i) const { return values[static_cast<size_t>(o * in + i)]; }
};

struct WeightKind {
  const char* name;
  Format format;
  Format scale_format;
  int64_t block_out;
  int64_t block_in;
  bool zero_points;
  bool whole_codebook = false;  // of int8 numbers
};

// Every format of docs/ops.md, blocks that divide nothing included.
const std::vector<WeightKind>& WeightKinds();
// What fast mode may have forms for, every block length included.
const std::vector<WeightKind>& FastKinds();
TestWeight MakeWeight(Random& random, const WeightKind& kind, int64_t out, int64_t in, float scale = 1);
TestWeight MakeWeight(Random& random, Format plain, int64_t out, int64_t in, float scale = 1);

// max |found - expected| <= bound * max(1, max |expected|), everything finite. PARITY.md allows 1e-4; kernels that are
// exact stay under a tenth of it.
constexpr double kExactBound = 1e-5;
// A fast twin that rounds what it has computed itself may round a value near a border to the other side.
constexpr double kFastBound = 1e-4;
void CheckClose(const std::vector<float>& found, const std::vector<double>& expected, double bound = kExactBound);
void CheckSame(const std::vector<float>& found, const std::vector<float>& expected);  // bit for bit

// The CUDA twins of an op over the shim (cuda_shim/twins.h).
template <class Params>
const std::vector<Kernel<Params>>& CudaTwins();

// Runs a body for every twin of an op that this CPU has, of one compute mode, those for CUDA included. Exact twins are
// everywhere, fast ones only where the CPU has their instructions.
template <class Params, class Body>
void ForEachTwin(Compute compute, const Body& body) {
  int64_t twins = 0;
  auto run = [&](const Kernel<Params>& kernel, const char* name) {
    if (kernel.compute != compute || !Allows(CpuIsa(), kernel.isa)) return;
    twins++;
    try {
      body(kernel);
    } catch (const std::exception& error) {
      throw std::runtime_error(std::string(name) + ": " + error.what());
    }
  };
  for (const Kernel<Params>& kernel : Kernels<Params>()) run(kernel, IsaName(kernel.isa));
#if !defined(__SANITIZE_THREAD__)  // minutes there: cuda_shim/test.cc has a case of each op for it
  for (const Kernel<Params>& kernel : CudaTwins<Params>()) run(kernel, "CUDA over the shim");
#endif
  if (twins == 0 && compute == Compute::kExact) throw std::runtime_error("no twin was tested");
}

// How a twin rounds a row that it multiplies by weights.
using Rounding = std::vector<double> (*)(std::vector<double> row);
std::vector<double> Exactly(std::vector<double> row);
std::vector<double> ToBf16(std::vector<double> row);  // nearest even
std::vector<double> ToInt8(std::vector<double> row);  // in float32: 32 share a scale, the largest magnitude over 127
// That of a fast twin for weights of a format that it takes; a twin for CUDA has the level kReference.
Rounding FastRounding(Isa isa, Format format);

double ToBf16(double x);
double SiluOf(double x);
double SigmoidOf(double x);

}  // namespace deltaport::test
