#include "cuda/launch/products.h"

namespace deltaport::cuda {

void LaunchLinear(const LinearParams& params, Launcher& launcher) {
  ProductArgs args = ProductOf(params.weight, params.x, params.y, params.tokens);
  args.bias = params.bias;
  LaunchProduct(args, 1, launcher);
}

void LaunchGatedMlp(const GatedMlpParams& params, Launcher& launcher) {
  const MlpView& mlp = params.mlp;
  float* inner = launcher.ScratchOf<float>(2 * params.tokens * mlp.gate.out);  // [2, tokens, intermediate]
  LaunchGateAndUp(ProductOf(mlp.gate, params.x, inner, params.tokens), mlp, launcher);
  LaunchProduct(DownOf(mlp, inner, params.y, params.tokens, params.activation), 1, launcher);
}

}  // namespace deltaport::cuda
