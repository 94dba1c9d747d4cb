#!/bin/sh
# Resolve the hashed requirement files. They name no registry.
set -eu
compile() {
    .venv/bin/uv pip compile pyproject.toml "$@" --python-version 3.11 --universal \
        --generate-hashes --no-header --quiet
}
compile --output-file requirements/run.txt
compile --extra demo --output-file requirements/demo.txt
compile --extra demo --extra dev --output-file requirements/dev.txt
