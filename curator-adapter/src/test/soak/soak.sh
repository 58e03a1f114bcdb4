#!/usr/bin/env bash
# Repeats the scaling tests on core 0 while core 1 is kept busy, and ends with their status.
# usage: soak.sh JAVA CLASSPATH RUNS
set -euo pipefail

taskset -c 1 sh -c 'while :; do :; done' &
busy=$!
trap 'kill "$busy"' EXIT
taskset -c 0 "$1" -classpath "$2" io.ensembler.curator.Soak "$3"
