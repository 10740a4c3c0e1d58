// The CUDA twins of the ops: one function an op that launches its kernels and returns.
//
// All pointers of the params are device pointers (16-byte aligned, as allocations are), the tables (cu_seq_lens,
// past_lens, block_table, load_rows, save_rows, rows, positions) included; all numbers are the host's. Host memory are
// only WeightView::codebook, which is copied into the arguments, and SparseMoeParams::mlps (see there).
// WeightView::prepared is ignored. The tables must have passed the checks of ops/tables.h. No grid depends on what a
// table holds, so that a captured graph may be launched again over other tables of the same sizes.
//
// Weights on the device: rows lie DeviceRowBytes apart, the rest of a row is zero, so a matrix whose rows are a
// multiple of 16 bytes lies as in its file; scales and zero points as in the file.
#pragma once

#include "core/sizes.h"
#include "cuda/args.h"
#include "cuda/launcher.h"
#include "ops/concat/kernel.h"
#include "ops/gated_attention/kernel.h"
#include "ops/gated_delta_net/kernel.h"
#include "ops/gated_mlp/kernel.h"
#include "ops/gather_rows/kernel.h"
#include "ops/linear/kernel.h"
#include "ops/rms_norm/kernel.h"
#include "ops/rotary_table/kernel.h"
#include "ops/sparse_moe/kernel.h"
#include "ops/top_k/kernel.h"

namespace deltaport::cuda {

// Bytes from one row of a weight to the next on the device.
inline int64_t DeviceRowBytes(Format format, int64_t in) { return CeilDiv(RowBytes(format, in), 16) * 16; }

// Where the parts of a weight on the device lie.
inline WeightParts PartsOf(const WeightView& weight) { return {weight.data, weight.scales, weight.zero_points}; }

void LaunchConcat(const ConcatParams& params, Launcher& launcher);
void LaunchGatedAttention(const GatedAttentionParams& params, Launcher& launcher);
void LaunchGatedDeltaNet(const GatedDeltaNetParams& params, Launcher& launcher);
void LaunchGatedMlp(const GatedMlpParams& params, Launcher& launcher);
// row_bytes: from one row of the table to the next, DeviceRowBytes for a weight, 4 * width for activations.
void LaunchGatherRows(const GatherRowsParams& params, int64_t row_bytes, Launcher& launcher);
void LaunchLinear(const LinearParams& params, Launcher& launcher);
void LaunchRmsNorm(const RmsNormParams& params, Launcher& launcher);
void LaunchRotaryTable(const RotaryTableParams& params, Launcher& launcher);
void LaunchTopK(const TopKParams& params, Launcher& launcher);

// params.mlps is host memory: of mlps[0] and mlps[experts] only formats, blocks, sizes and codebook are read. `parts`
// [experts + 1, 3 (gate, up, down)] is device memory and says where the weights are.
void LaunchSparseMoe(const SparseMoeParams& params, const WeightParts* parts, Launcher& launcher);

// The two halves of LaunchSparseMoe for experts that must be brought to the device in between. Selection says which
// experts the tokens chose; it lies in the launcher's scratch.
struct Selection {
  const int32_t* experts = nullptr;       // [tokens, top_k]
  const float* weights = nullptr;         // [tokens, top_k]
  const float* shared_weights = nullptr;  // [tokens]: of the shared expert
};
Selection LaunchRouter(const SparseMoeParams& params, Launcher& launcher);
void LaunchExperts(const SparseMoeParams& params, const WeightParts* parts, const Selection& selection,
                   Launcher& launcher);

}  // namespace deltaport::cuda
