#include "cuda/images.h"

namespace deltaport::cuda {

// A build without NVRTC: only the CPU part works, and a session on a GPU says why not.
const std::vector<Image>& Images() {
  static const std::vector<Image> none;
  return none;
}

}  // namespace deltaport::cuda
