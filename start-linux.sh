#!/usr/bin/env bash
# Start the dashboard on Linux: run this file, or double-click it and choose "Run in terminal".
# The first time it sets everything up in .venv, which takes some minutes; later it starts at once.
set -u

fail() {
    echo >&2
    printf '%s\n' "$@" >&2
    if [ -t 0 ]; then # started by a double click, the window would close before anyone could read this
        read -r -p "Press Enter to close this window. "
    fi
    exit 1
}

if [[ "$0" == */* ]]; then
    cd "${0%/*}" || fail "The folder of this file cannot be opened."
fi

fits='import ensurepip, sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
python=""
for candidate in python3.13 python3.12 python3.11 python3; do
    if "$candidate" -c "$fits" 2>/dev/null; then
        python="$candidate"
        break
    fi
done
if [ -z "$python" ]; then
    fail "No Python 3.11, 3.12 or 3.13 that can make environments was found on this machine." \
        "On Debian or Ubuntu, type: sudo apt-get install python3 python3-venv" \
        "On Fedora, type: sudo dnf install python3.13" \
        "Then start this file again."
fi

if ! .venv/bin/pip --version >/dev/null 2>&1; then # missing, half made, or moved here from another folder
    echo "Making a Python environment ..."
    "$python" -m venv .venv --clear || fail "The folder .venv could not be made; the lines above say why."
fi

if ! cat requirements.txt constraints.txt | cmp -s - .venv/installed.txt; then
    echo "Installing what the dashboard needs: some minutes and about 4 GB of disk, once ..."
    .venv/bin/pip install -r requirements.txt ||
        fail "Not everything could be installed; the lines above say why." "Check the network and start this file again."
    cat requirements.txt constraints.txt >.venv/installed.txt
fi

trap 'exit 0' INT # Ctrl-C ends the dashboard, which is no error; bash gets to this once it has ended
.venv/bin/streamlit run dashboard.py "$@" || fail "The dashboard ended with an error; the lines above say why."
