#include "cuda/args.h"
#include "cuda/launches.h"

namespace deltaport::cuda {

void LaunchRmsNorm(const RmsNormParams& params, Launcher& launcher) {
  RmsNormArgs args{};
  args.x = params.x;
  args.weight = params.weight;
  args.residual = params.residual;
  args.y = params.y;
  args.sum = params.sum;
  args.hidden = params.hidden;
  args.epsilon = params.epsilon;
  launcher.Launch(KernelId::rms_norm, {params.tokens}, 256, 0, args);
}

}  // namespace deltaport::cuda
