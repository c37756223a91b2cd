#!/usr/bin/env bash
# The command line of NeuralFramework: builds what is out of date, then runs it.
set -euo pipefail

home="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)"
program="$home/src/Cli/bin/Release/net10.0/nf.dll"

is_out_of_date() {
    [ ! -f "$program" ] || [ -n "$(find "$home/src" "$home"/Directory.*.props "$home/global.json" \
        \( -name bin -o -name obj \) -prune -o -type f -newer "$program" -print -quit)" ]
}

if is_out_of_date; then
    if [ -t 2 ]; then echo "building nf ..." >&2; fi
    if ! log="$(dotnet build "$home/src/Cli" -c Release -v quiet --nologo 2>&1)"; then
        echo "$log" >&2
        exit 2
    fi
    touch "$program"
fi
exec dotnet "$program" "$@"
