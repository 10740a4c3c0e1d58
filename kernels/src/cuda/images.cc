#include "cuda/images.h"

namespace deltaport::cuda {
namespace {

bool Runs(const Image& image, int32_t capability) {
  switch (image.kind) {
    case ImageKind::kExactCubin:
      return image.capability == capability;
    case ImageKind::kCubin:
      return image.capability / 10 == capability / 10 && image.capability <= capability;
    case ImageKind::kPtx:
      break;
  }
  return image.capability <= capability;
}

// Code for the very device before code for its family before code that the driver must compile first.
bool Better(const Image& a, const Image& b) {
  if (a.kind == b.kind) return a.capability > b.capability;
  if ((a.kind == ImageKind::kPtx) != (b.kind == ImageKind::kPtx)) return b.kind == ImageKind::kPtx;
  return a.kind == ImageKind::kExactCubin;
}

}  // namespace

const Image* BestImage(const std::vector<Image>& images, int32_t capability) {
  const Image* best = nullptr;
  for (const Image& image : images) {
    if (Runs(image, capability) && (best == nullptr || Better(image, *best))) best = &image;
  }
  return best;
}

}  // namespace deltaport::cuda
