#!/bin/sh
# Makes .venv: exactly what requirements.lock says, every file held against its hash, and this project on top.
#
# A stamp remembers the lock, the project file and the place. While it fits, this script ends at once; a virtual
# environment that is broken, was moved here from elsewhere or is of another Python is made anew.
set -eu

cd "$(dirname "$0")/.."
venv=.venv
stamp=$venv/halo-ad.stamp

fits() {  # fits PYTHON: runs, is of the version that the project supports, and can make virtual environments
    "$1" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in python3.11 python3 python; do
        if command -v "$candidate" >/dev/null && fits "$candidate"; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

wanted=$(pwd -P; cat requirements.lock pyproject.toml scripts/setup.sh | sha256sum)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && fits "$venv/bin/python"; then
    echo "the virtual environment is as requirements.lock says"
    exit 0
fi

here=$(pwd -P)
made_here=$(head -n 1 "$stamp" 2>/dev/null || true)
if [ "$made_here" != "$here" ] || ! fits "$venv/bin/python" || [ ! -x "$venv/bin/uv" ]; then
    python=$(find_python) || {
        sh scripts/system.sh python
        python=$(find_python) || {
            echo "No Python 3.11 with its venv module was found: install python3.11 and python3.11-venv (Debian 12 has them)," \
                "then run make setup again." >&2
            exit 1
        }
    }
    echo "making .venv with $("$python" --version)"
    rm -rf "$venv"
    "$python" -m venv "$venv"
    # uv installs the lock in seconds where pip takes a minute; pip itself brings it, from wherever pip is set up to look.
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
fi
rm -f "$stamp"

# uv does not read pip's settings: a mirror or an authority that pip was told of holds for uv as well.
if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}${UV_NO_INDEX:-}" ]; then
    mirror=${PIP_INDEX_URL:-$("$venv/bin/python" -m pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$mirror" ]; then export UV_DEFAULT_INDEX="$mirror"; fi
fi
if [ -z "${SSL_CERT_FILE:-}" ] && [ -n "${PIP_CERT:-}" ]; then export SSL_CERT_FILE="$PIP_CERT"; fi
export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"  # what the machine trusts, uv trusts

echo "installing what requirements.lock says"
export VIRTUAL_ENV="$here/$venv"
# Compiled at once: where Python is told to write no bytecode, as in many containers, each process would compile Prefect anew.
"$venv/bin/uv" pip sync --quiet --require-hashes --compile-bytecode requirements.lock
"$venv/bin/uv" pip install --quiet --no-deps --no-build-isolation --editable .
printf '%s\n' "$wanted" >"$stamp"
echo "the virtual environment is ready"
