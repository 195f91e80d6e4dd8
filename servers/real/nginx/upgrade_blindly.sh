# An upgrade by a script that looks at nothing: whether there is a new master, it does not ask.
old=$(cat ${work}/nginx.pid)
kill -USR2 $old
sleep 1
kill -QUIT $old
