#!/usr/bin/env bash
# Repeats the scaling tests in two JVMs that share core 0, while core 1 is kept busy. Ends with status 1 if any run
# failed.
# usage: soak.sh JAVA CLASSPATH RUNS
set -euo pipefail
java=$1 classpath=$2 runs=$3

work=$(mktemp -d)
taskset -c 1 sh -c 'while :; do :; done' &
busy=$!
trap 'kill "$busy" $(jobs -p) 2> /dev/null || true; rm -rf "$work"' EXIT

soak() {
    taskset -c 0 "$java" -classpath "$classpath" io.ensembler.curator.Soak "$1" "$2" "$work/failed.$1"
}
soak a $((runs - runs / 2)) &
first=$!
soak b $((runs / 2)) &
second=$!
wait "$first" "$second"

failures=$(($(cat "$work/failed.a") + $(cat "$work/failed.b")))
echo "figure: flaky.runs = $runs runs"
echo "figure: flaky.failures = $failures runs"
[[ "$failures" == 0 ]]
