#!/bin/sh
# Builds the kernels and runs all their tests under AddressSanitizer and UndefinedBehaviorSanitizer, then under
# ThreadSanitizer. DELTAPORT_FUZZ=N runs N nodes of the fuzz test (default 20000).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DELTAPORT_FUZZ:=20000}"
export DELTAPORT_FUZZ
export UBSAN_OPTIONS=print_stacktrace=1
for sanitizers in address,undefined thread; do
  build="$here/target/sanitize-$(echo "$sanitizers" | tr , -)"
  cmake -G Ninja -S "$here" -B "$build" -DDELTAPORT_SANITIZE="$sanitizers" --log-level=WARNING >/dev/null
  cmake --build "$build" --target native_tests -- --quiet
  ctest --test-dir "$build" --output-on-failure --no-tests=error
done
