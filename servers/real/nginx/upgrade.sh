# An upgrade as nginx's documentation has it, by a script that waits for the pidfile of the new
# master instead of hoping, and lets the old one go on if there is none.
pidfile=${work}/nginx.pid
old=$(cat $pidfile)

kill -USR2 $old
for try in $(seq 20); do
    new=$(cat $pidfile 2>/dev/null)
    if [ "${new:-$old}" != $old ] && kill -0 $new; then
        kill -WINCH $old && kill -QUIT $old
        exit
    fi
    sleep 0.1
done
echo "no new master in two seconds: $old goes on" >&2
exit 1
