#!/bin/sh
# Runs a command on layers above the system's folders which are thrown away at its end: what it installs is installed for
# it alone. Needs root; where it can't be done, the command runs without, and leaves out what needs it.
set -eu
if [ "${1:-}" != --inside ]; then
  layers=$(mktemp -d /tmp/vigil-overlay-XXXXXX)
  trap 'rm -rf "$layers"' EXIT
  unshare --mount true 2>/dev/null || { "$@"; exit; }
  status=0
  unshare --mount "$0" --inside "$layers" "$@" || status=$?
  exit "$status"
fi
layers=$2
shift 2
for folder in etc opt usr var; do
  mkdir -p "$layers/$folder" "$layers/$folder.work"
  mount -t overlay overlay \
    -o "lowerdir=/$folder,upperdir=$layers/$folder,workdir=$layers/$folder.work" "/$folder" || exec "$@"
done
rm -rf /opt/vigil /etc/vigil /var/lib/vigil
VIGIL_TEST_OVERLAY=yes exec "$@"
