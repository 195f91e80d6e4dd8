# What `systemctl reload haproxy` does, by Debian's unit: the configuration is looked at first, and
# the master is signalled only if it is good.
haproxy=/usr/sbin/haproxy
$haproxy -c -q -f ${work}/version.cfg -f ${work}/haproxy.cfg &&
    kill -USR2 $(cat ${work}/haproxy.pid)
