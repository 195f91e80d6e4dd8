# What every way to run Puma here has in common.  The code is where a link leads to, which is
# flipped to deploy; Puma goes there by the link's name, at its start and at each restart.
bind 'tcp://127.0.0.1:${port}'
directory '${work}/current'
pidfile '${work}/puma.pid'
environment 'production'
threads 32, 32
