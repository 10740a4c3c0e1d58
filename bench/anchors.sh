#!/bin/sh
# Builds the anchor llama.cpp outside the tree, once, from the Python package registry (the source distribution of
# llama-cpp-python holds it), with what its converter imports. Prints the folder it is in.
set -eu
version=0.3.36
root=$(cd "$(dirname "$0")/.." && pwd -P)
home=${XDG_CACHE_HOME:-$HOME/.cache}/deltaport/llama.cpp-$version
if [ ! -f "$home/ready" ]; then
  rm -rf "$home"
  mkdir -p "$home"
  {
    "$root/fixtures/python" -m pip install -q --target "$home/python" gguf==0.19.0 sentencepiece==0.2.3
    "$root/fixtures/python" -m pip download -q --no-deps --no-binary llama-cpp-python "llama-cpp-python==$version" -d "$home"
    tar -xzf "$home/llama_cpp_python-$version.tar.gz" -C "$home"
    mv "$home/llama_cpp_python-$version/vendor/llama.cpp" "$home/source"
    rm -rf "$home/llama_cpp_python-$version" "$home/llama_cpp_python-$version.tar.gz"
    # -march=native: what a compiler cache keeps may be of another machine, whether it is found by CMake or is the compiler
    export CCACHE_DISABLE=1
    cmake -G Ninja -S "$home/source" -B "$home/build" -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON -DGGML_CCACHE=OFF \
      -DBUILD_SHARED_LIBS=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF -DLLAMA_BUILD_SERVER=OFF
    cmake --build "$home/build" --target llama-bench llama-quantize
  } >&2
  touch "$home/ready"
fi
echo "$home"
