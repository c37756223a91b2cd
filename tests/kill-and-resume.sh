#!/usr/bin/env bash
# Trains the quickstart, kills it with kill -9 at random moments, resumes it each time, and compares what it ends with
# with a run that was never killed: the hash of the weights, and the log but for its clock.
#
#     tests/kill-and-resume.sh [KILLS [SEED [ITERATIONS]]]      default: 50 kills, seed 1, 3000 iterations
#
# A moment lies anywhere between the start of the process and the time a training takes, so it falls into start-up,
# steps, tests and, as every tenth step is saved, the writing of snapshots. When a training comes to its end before all
# kills are spent, another one begins. Prints a line a kill and a summary last; exit code 1 when anything differs.
# $NF_PROGRAM is the nf.dll to run; that of ./nf when it is not set.
set -euo pipefail

home="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
kills="${1:-50}"
RANDOM="${2:-1}"
iterations="${3:-3000}"
options=(--max-iter "$iterations" --set snapshot=10 --set test_interval=500 --set display=10 --json)

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
if [ -z "${NF_PROGRAM:-}" ]; then
    "$home/nf" --version > "$work/version"
    # A copy, so that a build that goes on beside it changes nothing.
    cp -r "$home/src/Cli/bin/nf" "$work/program"
    NF_PROGRAM="$work/program/nf.dll"
fi
program=(dotnet "$NF_PROGRAM")

hash_in() { grep -o '"weights_sha256":"[0-9a-f]*"' "$1" | grep -o '[0-9a-f]\{64\}'; }
log_of() { cut -d, -f1,3- "$1/log.csv"; }
now() { date +%s%N; }
fail() {
    echo "FAILED: $1" >&2
    cat "$work/errors" >&2
    exit 1
}

start="$(now)"
"${program[@]}" train "$home/models/quickstart" --run "$work/whole" "${options[@]}" > "$work/whole.json" 2> "$work/errors" \
    || fail "exit code $?"
whole="$(hash_in "$work/whole.json")"
span=$((($(now) - start) / 1000000))
echo "never killed: ${whole:0:16}…, $span ms"

killed=0
rounds=0
trained=0
left=0
until [ "$killed" -ge "$kills" ]; do
    rounds=$((rounds + 1))
    run="$work/round-$rounds"
    while true; do
        resume=()
        if compgen -G "$run/iteration-*.safetensors" > "$work/found"; then resume=(--resume); fi
        "${program[@]}" train "$home/models/quickstart" --run "$run" "${options[@]}" "${resume[@]}" \
            > "$work/result.json" 2> "$work/errors" &
        process=$!
        if [ "$killed" -lt "$kills" ]; then
            moment=$(((RANDOM * 32768 + RANDOM) % span))
            sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
            if kill -9 "$process" 2> "$work/gone"; then
                wait "$process" 2> "$work/gone" || status=$?
                if [ "$status" -ne 137 ]; then fail "the process ended with $status before the kill"; fi
                killed=$((killed + 1))
                newest="$(ls "$run" 2> "$work/gone" | grep '^iteration-.*safetensors$' | tail -n 1 || true)"
                if ls "$run"/*.tmp > "$work/found" 2>&1; then left=$((left + 1)); fi
                echo "kill $killed after $moment ms: newest snapshot ${newest:-none}"
                continue
            fi
        fi
        wait "$process" || fail "exit code $?"
        trained=$((trained + 1))
        break
    done
    result="$(hash_in "$work/result.json")"
    if [ "$result" != "$whole" ]; then fail "round $rounds ended with ${result:0:16}…"; fi
    if ! diff <(log_of "$work/whole") <(log_of "$run") > "$work/errors"; then fail "the log of round $rounds differs"; fi
    if compgen -G "$run/*.tmp" > "$work/errors"; then fail "round $rounds left temporary files"; fi
    rm -r "$run"
done
echo "$killed kills ($left while a file was being written), $trained trainings of $iterations iterations brought to" \
    "their end, all with the weights ${whole:0:16}… and the log of the run that was never killed"
