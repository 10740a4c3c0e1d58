#!/bin/sh
# Sessions on ONNX Runtime's real CUDA provider with no GPU: builds with the provider, makes the stand-in CUDA under it
# (kernels/test/cuda_standin) and runs the tests named Cuda* on it, and that nothing calls home.
set -eu
cd "$(dirname "$0")/.."
natives=$PWD/cli/target/onnxruntime/ai/onnxruntime/native/linux-x64
build=$PWD/kernels/target/native
mvn -q -B -ntp -Pgpu -pl cli -am package -Dmaven.test.skip=true -DskipTests
cmake -B "$build" "-DDELTAPORT_CUDA_PROVIDER=$natives/libonnxruntime_providers_cuda.so" --log-level=WARNING kernels
cmake --build "$build" --target cuda_standin -- --quiet
export LD_LIBRARY_PATH="$build/test/cuda_standin/lib"
# What was built here is the GPU flavour: the launcher's next call builds its own.
rm -f target/built
exec mvn -B -ntp -Pgpu -pl parity-tests -am test "-Dtest=${1:-Cuda*Test,PrivacyTest}" -Dsurefire.failIfNoSpecifiedTests=false \
  "-Ddeltaport.standin=$LD_LIBRARY_PATH/libcudart.so.12" "-Donnxruntime.native.path=$natives"
