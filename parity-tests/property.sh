#!/bin/sh
# Draws random configs, layouts, masks and steps, runs them through live transformers, and compares.
#
#   parity-tests/property.sh [CASES [SEED [FAMILY...]]]      (default: 60 cases, seed 1, all three)
#
# Skipped, with a word and exit 0, where the Python packages cannot be had.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cases=$(mktemp -d)
trap 'rm -rf "$cases"' EXIT
trap 'exit 130' INT TERM

status=0
"$root/fixtures/python" -c 'import transformers' || status=$?
if [ "$status" -eq 69 ]; then
  echo "property: skipped, there is no Python environment"
  exit 0
fi
[ "$status" -eq 0 ] || exit "$status"

count=${1:-60}
seed=${2:-1}
if [ $# -gt 2 ]; then shift 2; else set -- qwen3_next qwen3_5 qwen3_5_moe; fi
"$root/fixtures/python" "$root/fixtures/property.py" "$cases" --cases "$count" --seed "$seed" --families "$@"
mvn -q -B -ntp -f "$root/pom.xml" -pl parity-tests -am test \
  -Dtest=RandomCasesTest -Dsurefire.failIfNoSpecifiedTests=false "-Ddeltaport.cases=$cases"
echo "property: all equal transformers"
