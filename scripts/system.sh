#!/bin/sh
# Installs the Debian packages that are missing, and nothing else.
#
#   sh scripts/system.sh            everything that the sandbox and the tests need
#   sh scripts/system.sh python     only a Python that can make virtual environments
#
# Looks for files, not for package names: what was installed in another way counts as well. Tests let it look in another
# place than / by HALO_AD_SYSTEM_ROOT.
set -eu

ROOT=${HALO_AD_SYSTEM_ROOT:-}
WHAT=${1:-all}
missing=""

need() {  # need PACKAGE PATTERN: the package, unless a file fits the pattern
    for found in $2; do
        if [ -e "$found" ]; then return 0; fi
    done
    missing="$missing $1"
}

look() {
    missing=""
    if [ "$WHAT" = python ]; then
        need python3-venv "$ROOT/usr/lib/python3*/ensurepip/__init__.py"
        return 0
    fi
    need samba-ad-dc "$ROOT/usr/sbin/samba"
    need samba-ad-provision "$ROOT/usr/share/samba/setup/provision.ldif"
    need winbind "$ROOT/usr/sbin/winbindd"
    need smbclient "$ROOT/usr/bin/smbclient"
    need ldap-utils "$ROOT/usr/bin/ldapsearch"
    need krb5-user "$ROOT/usr/bin/kinit"
    need postgresql-15 "$ROOT/usr/lib/postgresql/*/bin/initdb"
}

give_up() {
    echo "Missing on this machine:$missing. $1" >&2
    exit 1
}

look
if [ -z "$missing" ]; then
    echo "nothing to install: the system packages are here"
    exit 0
fi
if [ ! -e "$ROOT/etc/debian_version" ] || ! command -v apt-get >/dev/null; then
    give_up "These are names of Debian packages, and this is neither Debian nor Ubuntu: install what corresponds to \
them, or work in a container of Debian 12."
fi
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
        give_up "Installing needs root, and sudo asks for a password here: run 'sudo make system' once, or ask whoever \
runs this machine for these packages."
    fi
    exec sudo -n sh "$0" "$WHAT"
fi

# Debian starts the services of a package as soon as it is installed. A domain controller and a database that nobody
# asked for must not run on somebody's machine: while this file says 101, none is started.
policy="$ROOT/usr/sbin/policy-rc.d"
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM HUP
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

export DEBIAN_FRONTEND=noninteractive
echo "installing:$missing"
apt-get update -qq -o DPkg::Lock::Timeout=120
# Another release has another PostgreSQL; any will do.
case "$missing" in
    *postgresql-15*)
        if ! apt-cache show postgresql-15 >/dev/null 2>&1; then
            missing=$(echo "$missing" | sed 's/postgresql-15/postgresql/')
        fi ;;
esac
# shellcheck disable=SC2086  # a list of words
apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 $missing >/dev/null
look
if [ -n "$missing" ]; then
    give_up "apt-get installed these packages, but not the files that are expected of them: this release of Debian or \
Ubuntu is too different, work in a container of Debian 12."
fi
echo "installed; no service was started"
