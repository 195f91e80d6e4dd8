#!/bin/sh
# What does systemd do for a service that has a socket unit?
#
#     systemd-socket-activate --listen=ADDRESS service.sh DIRECTORY COMMAND...
#
# It holds the socket, hands it to the service, and starts the service again whenever that has
# ended (Restart=always, however often): whoever connects meanwhile waits in the socket's queue.
# This is that, in little, for machines where systemd does not run.  DIRECTORY/service.pid names
# the service, and DIRECTORY/holder.pid this; SIGTERM stops both.
set -u

directory=$1
shift
stopping=no
trap 'stopping=yes; kill -TERM "$service" 2>/dev/null' TERM

while [ $stopping = no ]; do
    # The listener is for the process that is named: only the service knows its pid in time.
    sh -c 'export LISTEN_PID=$$ && exec "$@"' sh "$@" &
    service=$!
    echo $service >"$directory/service.pid"
    echo $$ >"$directory/holder.pid"
    while kill -0 $service 2>/dev/null; do
        wait $service
    done
done
