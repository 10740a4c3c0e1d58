#!/bin/sh
# Builds the library of grammars into RESOURCES/linux-ARCH/. Where cargo is missing, too old, or cannot fetch the crates,
# the reason goes there instead, and the jar has no grammars; if they are REQUIRED (true), or CI is set, that is an error.
set -eu

target=$1
resources=$2
required=$3
source=$(cd "$(dirname "$0")/src/main/rust" && pwd -P)
library=libdeltaport_grammar.so
reason=$resources/unavailable.txt
needed=1.87

leave_out() {
  if [ "$required" = true ] || [ -n "${CI:-}" ]; then
    echo "grammar: $1" >&2
    exit 1
  fi
  echo "grammar: $1; built without grammars" >&2
  rm -rf "$resources"/linux-*/"$library"
  mkdir -p "$resources"
  echo "$1" >"$reason"
  exit 0
}

command -v cargo >/dev/null 2>&1 || leave_out "cargo $needed or later is needed to build them, and there is none"
found=$(cargo --version | cut -d' ' -f2)
[ "$(printf '%s\n' "$needed" "$found" | sort -V | head -n 1)" = "$needed" ] ||
  leave_out "cargo $needed or later is needed to build them, found $found (Debian's is too old: https://rustup.rs has one)"

# No path of this machine goes into the library: the same sources give the same bytes.
separator=$(printf '\037')
CARGO_ENCODED_RUSTFLAGS="--remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo$separator--remap-path-prefix=$source=grammar"
export CARGO_ENCODED_RUSTFLAGS

mkdir -p "$(dirname "$target")"
cd "$source"
if [ ! -f "$target/release/$library" ]; then
  cargo fetch --locked --quiet 2>"$target.log" ||
    leave_out "cargo cannot fetch the crates: $(head -n 1 "$target.log")"
fi
cargo build --release --locked --quiet --target-dir "$target"

folder=$resources/linux-$(uname -m)
mkdir -p "$folder"
cmp -s "$target/release/$library" "$folder/$library" || cp "$target/release/$library" "$folder/$library"
rm -f "$reason"
