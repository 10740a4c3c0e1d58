#include "core/math.h"
#include "ops/gated_mlp/kernel.h"

namespace deltaport {
namespace {

void Inner(const GatedMlpParams& params, float* inner, Parallel& parallel) {  // inner [tokens, intermediate]
  const WeightView& gate = params.mlp.gate;
  const WeightView& up = params.mlp.up;
  parallel.ForBlocksWith(2 * gate.in, gate.out, 16, [&](int64_t begin, int64_t end, float* gate_row) {
    float* up_row = gate_row + gate.in;  // [hidden], as gate_row
    for (int64_t o = begin; o < end; o++) {
      WidenRow(gate, o, gate_row);
      WidenRow(up, o, up_row);
      for (int64_t t = 0; t < params.tokens; t++) {
        const float* x = params.x + t * gate.in;  // [hidden]
        inner[t * gate.out + o] = Activate(params.activation, Dot(x, gate_row, gate.in)) * Dot(x, up_row, up.in);
      }
    }
  });
}

}  // namespace

void GatedMlpReference(const GatedMlpParams& params, Parallel& parallel) {
  Workspace::Scope scope(parallel.workspace());
  const WeightView& down = params.mlp.down;
  float* inner = scope.Floats(params.tokens * down.in);  // [tokens, intermediate]
  Inner(params, inner, parallel);
  parallel.ForBlocksWith(down.in, down.out, 16, [&](int64_t begin, int64_t end, float* row) {  // row [intermediate]
    for (int64_t o = begin; o < end; o++) {
      WidenRow(down, o, row);
      for (int64_t t = 0; t < params.tokens; t++) params.y[t * down.out + o] = Dot(inner + t * down.in, row, down.in);
    }
  });
}

}  // namespace deltaport
