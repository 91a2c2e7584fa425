"""How fast the directory is read and written, against OpenLDAP's C clients in the same run.

``python -m benchmarks.directory [--users 2000] [--rounds 3]`` starts a sandbox of its own, makes users in it and prints
for each kind of work our rate, the peer's and the ratio. Ratios travel between machines; rates do not.
"""

from __future__ import annotations

import argparse
import base64
import os
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence

from lifecycle.directory.operation import AddUser, Modify
from lifecycle.ports.directory.client import ActiveDirectory, open_directory
from lifecycle.ports.directory.connection import DirectoryConnection
from sandbox.handle import Sandbox, start, stop
from sandbox.ldapsearch import command
from sandbox.organisation import STAFF_OU

NAME = f"benchmark-{os.getpid()}"
ATTRIBUTES = (
    "sAMAccountName", "userPrincipalName", "mail", "proxyAddresses", "displayName", "department", "manager",
    "employeeID", "memberOf", "objectSid", "userAccountControl",
)  # fmt: skip
PASSWORD = "Bench-mark-1-Aa"  # noqa: S105 - of accounts that live for a minute


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    sandbox = start(NAME, with_halo=False)
    try:
        directory = sandbox.directory
        settings = DirectoryConnection(directory.host, directory.user, directory.password, ca_file=sandbox.ca_file)
        with open_directory(settings) as ours:
            _report(sandbox, ours, arguments.users, arguments.rounds)
    finally:
        stop(NAME)


def _report(sandbox: Sandbox, ours: ActiveDirectory, users: int, rounds: int) -> None:
    half = users // 2
    peer_adds = _rate(half, lambda: _ldapmodify(sandbox, range(half)))
    our_adds = _rate(half, lambda: _must(ours, [_user(number) for number in range(half, users)]))
    guids = [
        account.guid for account in ours.view(()).accounts if str(account.attributes.get("mail", "")).startswith("b")
    ]
    our_changes = _rate(len(guids), lambda: _must(ours, [Modify(guid, {"title": "Changed"}) for guid in guids]))
    reads = [
        (_rate(users, lambda: ours.view(ATTRIBUTES)), _rate(users, lambda: _ldapsearch(sandbox))) for _ in range(rounds)
    ]
    print(f"{'work':34} {'ours':>10} {'C client':>10} {'ratio':>7}")
    print(f"{'add users, 8 attributes':34} {our_adds:>8.0f}/s {peer_adds:>8.0f}/s {our_adds / peer_adds:>6.2f}×")
    print(f"{'modify one attribute':34} {our_changes:>8.0f}/s")
    our_reads, peer_reads = (statistics.median(column) for column in zip(*reads, strict=True))
    ratio = statistics.median(mine / theirs for mine, theirs in reads)
    print(f"{'read the whole domain':34} {our_reads:>8.0f}/s {peer_reads:>8.0f}/s {ratio:>6.2f}×")


def _rate(count: int, work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def _user(number: int) -> AddUser:
    name = f"b{number:06d}"
    return AddUser(
        f"CN={name},{STAFF_OU}",
        {
            "sAMAccountName": name,
            "userPrincipalName": f"{name}@corp.example.test", "mail": f"{name}@corp.example.test",
            "displayName": f"Bench {name}", "department": "Benchmark", "employeeID": str(number),
            "userAccountControl": 512, "pwdLastSet": 0,
        },
        PASSWORD,
    )  # fmt: skip


def _must(ours: ActiveDirectory, operations: Sequence[AddUser | Modify]) -> None:
    refused = [answer for answer in ours.send(operations) if not answer.ok]
    if refused:
        raise SystemExit(f"the directory refused {len(refused)} operations: {refused[0]}")


def _ldapmodify(sandbox: Sandbox, numbers: range) -> None:
    blocks = []
    for number in numbers:
        user = _user(number)
        lines = [f"dn: {user.dn}", "changetype: add", "objectClass: user"]
        lines += [f"{name}: {value}" for name, value in user.attributes.items()]
        blocks.append("\n".join([*lines, f"unicodePwd:: {_base64(user.password)}"]))
    directory = sandbox.directory
    arguments = [
        "ldapmodify",
        "-H",
        f"ldaps://{directory.host}",
        "-x",
        "-D",
        directory.user,
        "-w",
        directory.password,
    ]
    _run(sandbox, arguments, "\n\n".join(blocks))


def _base64(password: str) -> str:
    return base64.b64encode(f'"{password}"'.encode("utf-16-le")).decode()


def _ldapsearch(sandbox: Sandbox) -> None:
    _run(sandbox, command(sandbox, "(&(objectCategory=person)(objectClass=user))", *ATTRIBUTES), "")


def _run(sandbox: Sandbox, arguments: Sequence[str], text: str) -> None:
    environment = {**os.environ, "LDAPTLS_CACERT": sandbox.ca_file}
    subprocess.run(arguments, input=text, env=environment, capture_output=True, text=True, check=True)  # noqa: S603


if __name__ == "__main__":
    main()
