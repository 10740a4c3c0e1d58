#!/bin/sh
# Prints a SHA-256 of the exact logits of every case at every kernel level: "CASE LEVEL DIGEST" a line.
# Two builds compute the same, bit by bit, where the lines are the same on one machine.
#
#   parity-tests/digests.sh > before.txt
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
file=$(mktemp)
trap 'rm -f "$file"' EXIT
trap 'exit 130' INT TERM
mvn -q -B -ntp -f "$root/pom.xml" -pl parity-tests -am test \
  -Dtest=DigestsTest -Dsurefire.failIfNoSpecifiedTests=false "-Ddeltaport.digests=$file" >&2
cat "$file"
