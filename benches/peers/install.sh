#!/bin/sh
# Installs the peers beside this file; nothing else needs them.
set -e
cd "$(dirname "$0")"
python3 -m venv .venv
.venv/bin/pip install --quiet --requirement requirements.txt
