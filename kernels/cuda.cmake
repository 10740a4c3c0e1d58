# The CUDA kernels, compiled by NVRTC and kept in the library. Where there is no NVRTC the library has none.
option(DELTAPORT_CUDA "Compile the CUDA kernels, where NVRTC can be had" ON)
set(CUDA_ARCHITECTURES sm_80 sm_86 sm_89 sm_90a sm_120a compute_80)

set(CUDA_REASON "switched off")
if(DELTAPORT_CUDA AND NOT DELTAPORT_SANITIZE)
  execute_process(COMMAND "${PROJECT_SOURCE_DIR}/nvrtc.sh" OUTPUT_VARIABLE NVRTC ERROR_VARIABLE CUDA_REASON
                  OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_STRIP_TRAILING_WHITESPACE)
endif()
if(NOT NVRTC)
  # Not a message(): Maven's build shows warnings only.
  execute_process(COMMAND "${CMAKE_COMMAND}" -E echo "CUDA kernels: left out: ${CUDA_REASON}")
  list(APPEND SOURCES src/cuda/embedded/none.cc)
  return()
endif()

file(GLOB CUDA_SOURCES CONFIGURE_DEPENDS src/cuda/*.h src/cuda/device/*)
set(CUDA_IMAGES "")
set(CUDA_SYMBOLS "")
set(CUDA_LIST "")
foreach(architecture ${CUDA_ARCHITECTURES})
  set(image "${PROJECT_BINARY_DIR}/cuda/${architecture}")
  add_custom_command(
    OUTPUT "${image}" BYPRODUCTS "${image}.resources"
    COMMAND python3 "${PROJECT_SOURCE_DIR}/nvrtc.py" "${NVRTC}" "${architecture}" "${image}"
    DEPENDS ${CUDA_SOURCES} src/core/format.h src/core/activation_kind.h src/core/delta_inputs.h nvrtc.py
    COMMENT "CUDA kernels for ${architecture}"
    VERBATIM)
  list(APPEND CUDA_IMAGES "${image}")
  string(REGEX REPLACE "[^0-9]" "" capability "${architecture}")
  if(architecture MATCHES "^compute")
    set(kind kPtx)
  elseif(architecture MATCHES "a$")
    set(kind kExactCubin)
  else()
    set(kind kCubin)
  endif()
  string(APPEND CUDA_SYMBOLS "asm(\".section .rodata\\n.balign 64\\ndeltaport_${architecture}:\\n.incbin \\\"${image}\\\"\\n"
                             "deltaport_${architecture}_end: .byte 0\\n.previous\");\n"
                             "extern \"C\" const char deltaport_${architecture}[], deltaport_${architecture}_end[];\n")
  string(APPEND CUDA_LIST "      {\"${architecture}\", ImageKind::${kind}, ${capability}, deltaport_${architecture}, "
                          "static_cast<size_t>(deltaport_${architecture}_end - deltaport_${architecture})},\n")
endforeach()
file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/cuda/images.cc" CONTENT [[
#include "cuda/images.h"

@CUDA_SYMBOLS@
namespace deltaport::cuda {

const std::vector<Image>& Images() {
  static const std::vector<Image> images = {
@CUDA_LIST@  };
  return images;
}

}  // namespace deltaport::cuda
]] @ONLY)
set_source_files_properties("${PROJECT_BINARY_DIR}/cuda/images.cc" PROPERTIES OBJECT_DEPENDS "${CUDA_IMAGES}")
list(APPEND SOURCES "${PROJECT_BINARY_DIR}/cuda/images.cc")
