#!/bin/sh
# Writes the C++ of a library's symbols that the provider imports and the stand-in does not define: stubs.sh PROVIDER
# libcudart.so.12 [SOURCE...]. A stub that is called says so and fails; makers of cuBLAS handles give something.
set -eu
provider=$1
library=$2
shift 2
defined=$(cat "$@" /dev/null | grep -oE '\b(__)?cu[A-Za-z0-9_]+\(' | tr -d '(' | sort -u)
echo '#include <iostream>'
echo '#define API extern "C" __attribute__((visibility("default")))'
nm -D --undefined-only "$provider" | awk '{print $2}' | grep "@$library\$" | sed 's/@.*//' | sort -u |
  while read -r symbol; do
    echo "$defined" | grep -qx "$symbol" && continue
    case $symbol in
      *Create | *Create_v2) echo "API int $symbol(void** handle) { static char made; *handle = &made; return 0; }" ;;
      *Destroy* | *Set*) echo "API int $symbol() { return 0; }" ;;
      *) echo "API int $symbol() { std::cerr << \"stand-in: $symbol is called\" << std::endl; return 801; }" ;;
    esac
  done
