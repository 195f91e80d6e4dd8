#!/bin/sh
# How is a server that listens by SO_REUSEPORT replaced?  The new one is started beside the old
# one, and once it listens, and has said so by its pidfile, the old one is told to go.
#
#   overlap.sh PIDFILE PROGRAM [ARG...]
set -eu

pidfile=$1
shift
old=$(cat "$pidfile")
"$@" &
new=$!
until [ "$(cat "$pidfile")" = $new ]; do
    kill -0 $new 2>/dev/null || {
        echo "overlap.sh: $1 did not come to listen; pid $old goes on" >&2
        exit 1
    }
    sleep 0.02
done
kill -TERM "$old"
