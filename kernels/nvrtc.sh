#!/bin/sh
# Prints the folder of NVRTC, the compiler of the CUDA kernels, from the Python package registry; kept outside the tree.
# Exit status 69: it cannot be had here; the reason is on standard error, in one line.
set -eu
version=12.9.86

fail() {
  echo "$1" >&2
  exit 69
}

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || fail "there is no NVRTC $version for $(uname -s) on $(uname -m)"
command -v python3 >/dev/null || fail "python3 is missing"
root=${XDG_CACHE_HOME:-$HOME/.cache}/deltaport
home=$root/nvrtc-$version
if [ ! -d "$home" ]; then
  building=$home.$$
  trap 'rm -rf "$building" "$building.log"' EXIT
  mkdir -p "$root" 2>/dev/null || fail "cannot create $root"
  python3 -m pip install --quiet --no-input --disable-pip-version-check --no-deps --retries 1 --timeout 20 \
    --target "$building" "nvidia-cuda-nvrtc-cu12==$version" >"$building.log" 2>&1 ||
    fail "pip could not install nvidia-cuda-nvrtc-cu12 $version: $(tail -n 1 "$building.log")"
  mv "$building" "$home" 2>/dev/null || [ -d "$home" ] || fail "cannot create $home"
fi
echo "$home/nvidia/cuda_nvrtc/lib"
