# What deploys a release as many do: a directory of its own for each, with program and
# configuration, and a symbolic link to the one that is to be used, which flips at once.
#     release.sh VERSION
set -e
release=${work}/releases/$1
mkdir -p $release
cp /usr/sbin/nginx ${work}/nginx.conf $release
echo "add_header X-Version $1 always;" > $release/version.conf
ln -s releases/$1 ${work}/next
mv -T ${work}/next ${work}/current
