#include <algorithm>

#include "cuda/launch/products.h"

namespace deltaport::cuda {

void LaunchTopK(const TopKParams& params, Launcher& launcher) {
  Narrow(params.vocab);
  if (params.n == 0 || params.k == 0) return;
  TopKArgs args{};
  args.logits = params.logits;
  args.values = params.values;
  args.ids = params.ids;
  args.vocab = params.vocab;
  args.k = params.k;
  args.capacity = 1;
  while (args.capacity < params.k) args.capacity *= 2;
  args.keys = launcher.ScratchOf<uint64_t>(params.n * args.capacity);  // [n, capacity]
  int32_t threads = static_cast<int32_t>(std::min<int64_t>(1024, CeilDiv(params.vocab, 32) * 32));
  launcher.Launch(KernelId::top_k, {params.n}, threads, 0, args);
}

}  // namespace deltaport::cuda
