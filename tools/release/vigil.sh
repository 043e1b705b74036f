#!/bin/sh
# Runs Vigil with the Node.js that came with it, wherever this release lies and whatever links lead here. The links are
# followed to the end: a process that runs keeps to its release when `current` begins to point to another one.
# NODE_COMPILE_CACHE, where a unit gives one, halves the time of a start; there is no folder that everyone may write.
set -eu
self=$(readlink -f -- "$0")
root=${self%/bin/vigil}
exec "$root/bin/node" "$root/packages/vigil/src/main.ts" "$@"
