# Gives each of so many workers a listening socket of its own.
#     reuseport.sh WORKERS
sed -i -e "s/^worker_processes .*/worker_processes $1;/" \
    -e 's/127.0.0.1:${port}\( reuseport\)\?;/127.0.0.1:${port} reuseport;/' ${work}/nginx.conf
