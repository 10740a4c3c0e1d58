#!/bin/sh
# Checks the objects of the instruction-set units, given as arguments: every function that the linker may merge with one
# of another unit names its instruction set. Otherwise code for a newer CPU could be taken for all. DW.ref.* is no code but
# where the one for exceptions is found.
set -eu
status=0
for object in "$@"; do
  case $(basename "$object") in
    avx2.cc.o) tag=Avx2 ;;
    avx512.cc.o) tag=Avx512 ;;
    avx512_bf16.cc.o) tag=Avx512Bf16 ;;
    avx512_vnni.cc.o) tag=Avx512Vnni ;;
    neon.cc.o) tag=Neon ;;
    *) continue ;;
  esac
  shared=$("${NM:-nm}" -C --defined-only "$object" | grep -E ' [WVu] ' | grep -v ' V DW\.ref\.' | grep -vw "$tag" || true)
  [ -z "$shared" ] && continue
  echo "$object: shares these with other units:"
  echo "$shared"
  status=1
done
exit $status
