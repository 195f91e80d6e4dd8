#!/usr/bin/env bash
# How do those of these servers that are written in Go become programs?
#
#   build.sh DIRECTORY   builds each twice: DIRECTORY/NAME answers X-Version v1, NAME-v2 v2
#   build.sh --package   prints Debian's package of Go, if no Go here will do
#
# Without Go, or without the modules, a server is left out, and it is said which and why;
# that is no error.  A server that does not compile is one.
set -uo pipefail

oldest=19    # 1.19: Debian 12's
servers=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
package=golang-go
: "${HOME:=$(getent passwd "$(id -u)" | cut -d: -f6)}"
export HOME CGO_ENABLED=0 GO111MODULE=on GOWORK=off GOTOOLCHAIN=local
export GOFLAGS='-mod=readonly -buildvcs=false -trimpath'

# The first that is recent enough: on PATH, or where it is usually put.
find_go() {
    local go version
    for go in "$(type -P go)" /usr/local/go/bin/go /usr/lib/go/bin/go /usr/lib/go-*/bin/go; do
        [ -x "$go" ] || continue
        version=$("$go" env GOVERSION 2>/dev/null)
        [[ $version =~ ^go1\.([0-9]+) ]] && [ "${BASH_REMATCH[1]}" -ge $oldest ] || continue
        echo "$go"
        return
    done
    return 1
}

modules() {
    local main
    for main in "$servers"/*/main.go; do basename "$(dirname "$main")"; done
}

if [ "${1:-}" = --package ]; then
    find_go >/dev/null || echo $package
    exit
fi
out=$(readlink -m "${1:?usage: build.sh DIRECTORY | --package}")
go=$(find_go) || {
    echo "not built: $(echo $(modules)): no Go (1.$oldest or later) here: apt-get install $package"
    exit
}

# One program; what is missing is not fetched.
build() {
    GOPROXY=off "$go" build -ldflags "-X main.version=$1" -o "$2" . 2>&1
}

status=0 nobody=
mkdir -p "$out" || exit
for name in $(modules); do
    cd "$servers/$name" || exit
    for version in v1 v2; do
        program=$out/$name$([ $version = v1 ] || echo -$version)
        build $version "$program" >/dev/null && continue
        # What was built of older sources must not stand for these.
        rm -f "$out/$name" "$out/$name-v2"
        if ! said=$(timeout 120 "$go" mod download 2>&1); then
            # Whoever does not answer is waited for once.
            [ "$said" ] || export GOPROXY=off nobody='nobody answered within two minutes'
            echo "not built: $name: its modules cannot be had: ${nobody:-${said##*$'\n'}}"
            break
        fi
        said=$(build $version "$program") && continue
        printf '%s does not compile:\n%s\n' "$name" "$said" >&2
        status=1
        break
    done
done
exit $status
