#!/bin/sh
# pyspnego 0.12.4 lets ImportError out of spnego.client(protocol="kerberos"), although it has errors of its own.
#
# Where gssapi and krb5 are not installed (they need a compiler and Kerberos' headers, so the package itself leaves them to
# an extra), asking for Kerberos ends in a bare ImportError, which is no SpnegoError: a program that catches the library's
# errors ends. Asking for "negotiate" on the same machine succeeds and takes NTLM without a word. smbprotocol and pypsrp
# pass the first one through.
#
# Seen on Python 3.11.7, pyspnego 0.12.4:
#   kerberos: ImportError, a SpnegoError: False
#   negotiate: a context, of NegotiateProxy
#
# What we do: the two protocols are asked for one after the other, each error is put in words, and the log says which was used.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/logon.py" <<'PYTHON'
import spnego
from spnego.exceptions import SpnegoError

who = {"username": "svc@CORP.EXAMPLE.TEST", "password": "invented", "hostname": "files.corp.example.test", "service": "cifs"}
for protocol in ("kerberos", "negotiate"):
    try:
        context = spnego.client(**who, protocol=protocol)
        print(f"{protocol}: a context, of {type(context).__name__}")
    except Exception as error:
        print(f"{protocol}: {type(error).__name__}, a SpnegoError: {isinstance(error, SpnegoError)}")
PYTHON

python3.11 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check pyspnego==0.12.4
"$folder/venv/bin/python" "$folder/logon.py" | tee "$folder/seen"
cat >"$folder/expected" <<'TEXT'
kerberos: ImportError, a SpnegoError: False
negotiate: a context, of NegotiateProxy
TEXT
diff "$folder/expected" "$folder/seen" && echo "as described"
