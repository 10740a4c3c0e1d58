// State of a pool on a GPU (pool/store.h).
#pragma once

#include "pool/store.h"

namespace deltaport::cuda {

// Throws in words where there is no such GPU.
std::unique_ptr<StorePlace> DevicePlace(int32_t ordinal);

}  // namespace deltaport::cuda
