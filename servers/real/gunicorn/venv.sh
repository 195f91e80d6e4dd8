#!/bin/sh
# How is an application deployed in a virtual environment of its own?
#
#     venv.sh DIRECTORY VERSION APPLICATION
#
# makes the environment DIRECTORY/VERSION, with APPLICATION (a file) installed in it, and a
# bin/gunicorn as pip writes it: its first line names the environment's own Python.
set -eu

venv=$1/$2
/usr/bin/python3 -m venv --without-pip --system-site-packages "$venv"
packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
cp "$3" "$packages/application.py"
echo "$2" >"$packages/VERSION"
cat >"$venv/bin/gunicorn" <<PYTHON
#!$venv/bin/python
import sys
from gunicorn.app.wsgiapp import run
sys.exit(run())
PYTHON
chmod +x "$venv/bin/gunicorn"
