#!/bin/sh
# Installs what flags.mjs and flags.py measure, ours too, built for release; nothing else needs them.
set -e
cd "$(dirname "$0")"
npm install --no-audit --no-fund --no-package-lock --loglevel=error
npm --prefix ../../bindings-node run build --silent
python3 -m venv .venv
.venv/bin/pip install --quiet --requirement requirements-flags.txt ../../bindings-python
