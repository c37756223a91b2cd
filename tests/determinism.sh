#!/usr/bin/env bash
# Trains two small nets with every matrix engine that loads here, in a Debug and a Release build, on one thread and on
# two, twice each, and compares the hashes of the weights: of one engine they must be one.
#
#     tests/determinism.sh [ITERATIONS]      default: 100
#
# Prints a line an engine and net; exit code 1 when an engine has two hashes.
set -euo pipefail

home="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
iterations="${1:-100}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

for build in Debug Release; do
    dotnet build "$home/src/Cli" -c "$build" -v quiet --nologo > "$work/build" 2>&1 || { cat "$work/build" >&2; exit 2; }
    cp -r "$home/src/Cli/bin/$build/net10.0" "$work/$build"
done

# Layers whose sums could depend on how the work is cut: convolution, norms, pooling, dropout.
mkdir "$work/layers"
cat > "$work/layers/net.json" <<'NET'
{ "name": "layers",
  "layers": [
    { "name": "train", "type": "FashionMnist", "top": ["data", "label"], "phase": "train", "batch_size": 32, "shuffle": true, "mirror": true },
    { "name": "conv1", "type": "Convolution", "bottom": "data", "num_output": 12, "kernel_size": 5 },
    { "name": "bn1", "type": "BatchNorm" },
    { "name": "relu1", "type": "ReLU" },
    { "name": "pool1", "type": "Pooling", "pool": "max", "kernel_size": 3, "stride": 2 },
    { "name": "conv2", "type": "Convolution", "num_output": 16, "kernel_size": 3, "group": 2 },
    { "name": "lrn2", "type": "LRN" },
    { "name": "elu2", "type": "ELU" },
    { "name": "pool2", "type": "Pooling", "pool": "ave", "kernel_size": 2, "stride": 2 },
    { "name": "ln2", "type": "LayerNorm" },
    { "name": "drop2", "type": "Dropout" },
    { "name": "fc3", "type": "InnerProduct", "num_output": 33 },
    { "name": "gelu3", "type": "GELU" },
    { "name": "fc4", "type": "InnerProduct", "num_output": 10 },
    { "name": "loss", "type": "SoftmaxLoss", "bottom": ["fc4", "label"] } ] }
NET
echo '{ "base_lr": 0.01, "momentum": 0.9, "weight_decay": 0.001, "max_iter": 100 }' > "$work/layers/solver.json"

engines="$(dotnet "$work/Release/nf.dll" info --json 2> "$work/errors" | grep -o '"name":"[a-z]*","available":true' | cut -d'"' -f4)"
status=0
for model in "$home/models/quickstart" "$work/layers"; do
    for engine in $engines; do
        : > "$work/hashes"
        for build in Debug Release; do
            for threads in 1 2; do
                for time in first second; do
                    dotnet "$work/$build/nf.dll" train "$model" --run "$work/run" --blas "$engine" --threads "$threads" \
                        --max-iter "$iterations" --set test_interval=0 --json 2> "$work/errors" > "$work/result" \
                        || { cat "$work/errors" >&2; exit 1; }
                    grep -o '"weights_sha256":"[0-9a-f]*"' "$work/result" | cut -d'"' -f4 >> "$work/hashes"
                    rm -r "$work/run"
                done
            done
        done
        different="$(sort -u "$work/hashes" | wc -l)"
        echo "$(basename "$model") $engine: $(wc -l < "$work/hashes") runs (Debug and Release, 1 and 2 threads)," \
            "$different hash$([ "$different" -eq 1 ] || echo es): $(sort -u "$work/hashes" | tr '\n' ' ')"
        if [ "$different" -ne 1 ]; then status=1; fi
    done
done
exit "$status"
