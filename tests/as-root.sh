#!/bin/sh
# Run a command as root: network namespaces, TUN devices and port 500 need it.
if [ "$(id -u)" -eq 0 ]; then
  exec "$@"
fi
exec sudo "$@"
