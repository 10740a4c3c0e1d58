// The calling thread kept on one CPU.
#pragma once

#include <cstdint>

namespace deltaport {

void Pin(int32_t cpu);

// Where it could run before the first Pin; nothing where there was none.
void Unpin();

}  // namespace deltaport
