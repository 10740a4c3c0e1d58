// The device code of all kernels, compiled when the library was built and embedded in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace deltaport::cuda {

enum class ImageKind {
  kCubin,       // runs on its major version, from its minor version up
  kExactCubin,  // sm_90a, sm_120a: runs on that very version
  kPtx,         // compiled by the driver for its version and all later ones
};

struct Image {
  const char* name;  // "sm_90a", "compute_80"
  ImageKind kind;
  int32_t capability;  // 10 * major + minor
  const void* data;
  size_t bytes;
};

// All images; empty where the library was built without NVRTC.
const std::vector<Image>& Images();

// The one that suits a device best, null if none runs on it.
const Image* BestImage(const std::vector<Image>& images, int32_t capability);

}  // namespace deltaport::cuda
