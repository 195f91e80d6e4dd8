#!/bin/sh
# How does a deployment, or an ExecReload=, upgrade gunicorn?
#
#     upgrade.sh DIRECTORY
#
# of gunicorn.pid, and of what gunicorn.conf.py has it write: new_master, and loaded.PID, to which
# each worker of master PID adds a line.  A new master comes beside the old; once it has as many
# workers that have loaded the application, the old ones finish what they have, and the old
# master goes.  If the new one gives up first, the old one goes on, and the exit status is 1.
set -u

cd "$1" || exit 1
patience=30     # seconds, for each thing that is waited for

wait_until() {
    end=$(($(date +%s) + patience))
    until "$@"; do
        lives "$old" || fail "the old master, $old, is gone"
        [ "$(date +%s)" -lt $end ] || fail "waited $patience s in vain: $*"
        sleep 0.05
    done
}
fail() { echo "upgrade.sh: $*" >&2; exit 1; }
lives() { kill -0 "$1" 2>/dev/null; }
has_lines() { [ -e "$1" ] && [ "$(wc -l <"$1")" -ge "$2" ]; }
read_new() { [ -s new_master ] && new=$(cat new_master); }
all_loaded() {
    lives "$new" || fail "the new master, $new, gave up; the old one, $old, goes on"
    has_lines "loaded.$new" "$workers"
}
is_promoted() { [ "$(cat gunicorn.pid 2>/dev/null)" = "$new" ]; }

old=$(cat gunicorn.pid) || exit 1
workers=$(sort -u "loaded.$old" | while read -r pid; do ! lives "$pid" || echo; done | wc -l)
rm -f new_master
kill -USR2 "$old" || exit 1
wait_until read_new
wait_until all_loaded
kill -WINCH "$old"
kill -TERM "$old"
old=$new
wait_until is_promoted
