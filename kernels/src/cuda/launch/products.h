// Launches of products with weights, for the ops that have some.
#pragma once

#include "cuda/args.h"
#include "cuda/launches.h"

namespace deltaport::cuda {

// A dimension as kernels count it.
int32_t Narrow(int64_t size);

// The kernels of a weight format.
struct FormatKernels {
  KernelId gather;
  KernelId exact;
  // For tensor cores, which float32 and fp4 have no kernels for.
  KernelId narrow;
  KernelId middle;
  KernelId wide;
  KernelId wgmma;  // bfloat16 only
};
FormatKernels KernelsOf(Format format);

// Whether products with a weight can take tensor cores.
bool SuitsTensorCores(const WeightView& weight);

WeightForm FormOf(const WeightView& weight);
bool SameForm(const WeightView& a, const WeightView& b);

// y [rows, out] = x [rows, in] W^T; the caller may set more.
ProductArgs ProductOf(const WeightView& weight, const float* x, float* y, int64_t rows);

// `weights`: how many weights of the form there are, 1 or 2.
void LaunchProduct(const ProductArgs& args, int64_t weights, Launcher& launcher);

// inner [2 (gate, up), rows, intermediate] = both products of an MLP whose args are those of its gate; a caller that
// has no experts gives the weights in `mlp`.
void LaunchGateAndUp(ProductArgs args, const MlpView& mlp, Launcher& launcher);

// The product that reads activation(gate) * up of `inner` [2, rows, intermediate].
ProductArgs DownOf(const MlpView& mlp, const float* inner, float* y, int64_t rows, Activation activation);

// As LaunchProduct in exact mode, for one weight.
void LaunchExactProduct(const ProductArgs& args, Launcher& launcher);

// Rows of a tile (ProductArgs::tiles) that suit the kernels of an MLP that gets about so many rows an expert.
int32_t TileRows(const MlpView& mlp, int64_t rows, const Launcher& launcher);

}  // namespace deltaport::cuda
