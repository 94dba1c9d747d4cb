#!/bin/sh
# Make the environment from the hashed requirement files. $1 python, $2 folder.
set -eu
"$1" -m venv "$2" 2>/dev/null || {
    echo "python3 has no venv module. Install it (Debian: apt-get install python3-venv)." >&2
    exit 1
}
"$2/bin/pip" install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
