#!/bin/sh
# Checks the format of the C++ sources (--fix mends it) with clang-format of one version, from the Python package
# registry, in an environment outside the tree.
set -eu
version=21.1.8
here=$(cd "$(dirname "$0")" && pwd)
home=${XDG_CACHE_HOME:-$HOME/.cache}/deltaport/clang-format-$version
if [ ! -x "$home/bin/clang-format" ]; then
  rm -rf "$home"
  python3 -m venv "$home" || { echo "format.sh: python3 cannot make environments (Debian: python3-venv)" >&2; exit 2; }
  "$home/bin/pip" install -q "clang-format==$version" >&2
fi
mode="--dry-run -Werror"
[ "${1:-}" != --fix ] || mode=-i
# shellcheck disable=SC2086 # mode is a list
find "$here/src" "$here/include" "$here/test" "$here/bench" -name '*.cc' -o -name '*.h' -o -name '*.cu' |
  xargs "$home/bin/clang-format" $mode
