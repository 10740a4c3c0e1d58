// The CUDA twins of the ops: one function an op that launches its kernels and returns.
//
// All pointers of the params are device pointers (16-byte aligned, as allocations are), the tables (cu_seq_lens,
// past_lens, block_table, load_slots, save_slots, rows, positions) included; all numbers are the host's. Host memory
// are only WeightView::codebook, which is copied into the arguments, and SparseMoeParams::mlps (see LaunchSparseMoe).
// WeightView::prepared is ignored. The tables must have passed the checks of ops/tables.h. No grid depends on what a
// table holds, so that a captured graph may be launched again over other tables of the same sizes.
//
// Weights on the device: rows lie DeviceRowBytes apart, the rest of a row is zero, so a matrix whose rows are a
// multiple of 16 bytes lies as in its file; scales and zero points as in the file.
#pragma once

#include <vector>

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
inline WeightParts PartsOf(const WeightView& weight) {
  return {weight.data, weight.scales, weight.zero_points, weight.factor};
}

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

// params.mlps is host memory, of which mlps[0] alone is read: formats, blocks, sizes and codebook of an expert. `parts`
// [experts, 3 (gate, up, down)] is device memory and says where the experts' weights are; `shared` is the shared
// expert.
void LaunchSparseMoe(const SparseMoeParams& params, const MlpView& shared, const WeightParts* parts,
                     Launcher& launcher);

// Experts that stay in host memory, brought to the device in the middle of a step.
class HostExperts {
 public:
  virtual ~HostExperts() = default;

  // How many may be on the device at once.
  virtual int64_t most() const = 0;
  // Waits for what has been launched and gives `n` numbers of device memory.
  virtual std::vector<int32_t> Read(const int32_t* device, int64_t n) = 0;
  // Copies to device memory before what is launched next.
  virtual void Write(void* device, const void* host, int64_t bytes) = 0;
  // Brings experts, each named once, and gives [experts, 3]: where their parts are. The next call may put others there,
  // after what has been launched.
  virtual std::vector<WeightParts> Bring(const std::vector<int32_t>& experts) = 0;
};

// The same, by waves where a step chooses more experts than may be on the device. It waits for the device.
void LaunchSparseMoe(const SparseMoeParams& params, const MlpView& shared, HostExperts& experts, Launcher& launcher);

}  // namespace deltaport::cuda
