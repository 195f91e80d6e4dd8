#!/usr/bin/env bash
# Does anything that strangers send or write break whoever reads it?  Gives each target to
# libFuzzer for a while; what it learns stays in build/fuzz/corpus/.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"

build=../../../build/fuzz
most=100    # inputs kept of each target
seconds=60 keep=no targets=()

usage() {
    cat <<'HELP'
usage: ./dev fuzz [--seconds N] [--keep] [TARGET..]

  --seconds N   how long each target is run (default 60)
  --keep        adds to harness/tests/fuzz/corpus/ what reached new code, at most 100 inputs
                of each target in all; look at it, and commit it

Prints a line a target.  Exit status 1: something was found, and the line says by which input.
Once that is mended, keep the input in the corpus under a name that says what it was.
HELP
    echo "targets: ${known[*]}"
}

known=()
for file in fuzz_*.c; do
    name=${file#fuzz_}
    known+=("${name%.c}")
done
while [ $# -gt 0 ]; do
    case $1 in
        -h|--help) usage; exit ;;
        --seconds) seconds=${2:-}; shift ;;
        --keep) keep=yes ;;
        -*) usage >&2; exit 2 ;;
        *) targets+=("$1") ;;
    esac
    shift
done
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { echo "fuzz: --seconds: must be a whole number > 0" >&2; exit 2; }
[ ${#targets[@]} -gt 0 ] || targets=("${known[@]}")
for target in "${targets[@]}"; do
    [ -f "fuzz_$target.c" ] || { echo "fuzz: $target: no such target; there are ${known[*]}" >&2; exit 2; }
done

# Files that git does not know are new; when there are too many, the smallest of these go,
# which mostly show a complaint each.
keep_inputs() {
    local target=$1 too_many
    # Where code was reached counts, not how often: that keeps it small.
    "$build/tests/fuzz_$target" -set_cover_merge=1 -use_counters=0 "corpus/$target" "$build/corpus/$target" \
        >"$build/$target.log" 2>&1
    too_many=$(($(ls "corpus/$target" | wc -l) - most))
    [ $too_many -le 0 ] || git ls-files -z --others "corpus/$target" | xargs -0 -r ls -Sr |
        head -n $too_many | xargs -r -d '\n' rm
}

fuzz() {
    local target=$1 log=$build/$1.log found status=0 executed covered
    mkdir -p "$build/corpus/$target" "$build/found" "corpus/$target"
    "$build/tests/fuzz_$target" -max_total_time="$seconds" -max_len=8192 -timeout=10 \
        -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$build/found/$target-" \
        "$build/corpus/$target" "corpus/$target" >"$log" 2>&1 || status=$?
    executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    covered=$(grep -o ' cov: [0-9]*' "$log" | tail -1 | tr -dc 0-9 || true)
    printf '%-9s %9s executions, %5s places reached: ' "$target" "${executed:-?}" "${covered:-?}"
    if [ $status = 0 ]; then
        echo "nothing found"
        [ $keep = no ] || keep_inputs "$target"
        return
    fi
    found=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
    echo "FOUND: $(grep -m1 -E 'must be: |runtime error|ERROR: ' "$log" || echo "see $(realpath "$log")")"
    [ ! "$found" ] || echo "          $(realpath "$build/tests/fuzz_$target") $(realpath "$found")"
    return 1
}

failed=0
for target in "${targets[@]}"; do fuzz "$target" || failed=1; done
exit $failed
