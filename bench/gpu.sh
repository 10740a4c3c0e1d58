#!/bin/sh
# Everything that a machine with an NVIDIA GPU can prove, in one command: fetches CUDA's libraries, builds, runs the
# parity of every case at exact on the device, the memory and race checkers of compute-sanitizer where it is there, then
# rates at 1, 8 and 64 sequences beside torch's on the same card; writes docs/performance-cuda.md. Needs the driver, a
# JDK 17, Maven, CMake, Ninja, g++ and python3; about 20 GB of disk.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd -P)
home=${XDG_CACHE_HOME:-$HOME/.cache}/deltaport/cuda-12.8
if [ ! -f "$home/ready" ]; then
  rm -rf "$home"
  python3 -m pip install -q --target "$home" nvidia-cuda-runtime-cu12==12.8.90 nvidia-cublas-cu12==12.8.4.1 \
    nvidia-curand-cu12==10.3.9.90 >&2
  touch "$home/ready"
fi
for folder in "$home"/nvidia/*/lib; do
  LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
done
export LD_LIBRARY_PATH DELTAPORT_GPU=1
"$root/deltaport" doctor
exec python3 "$root/bench/gpu.py" "$@"
