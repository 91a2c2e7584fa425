"""Deleting with a snapshot in hand, and bringing an account back, on a real domain controller."""

from __future__ import annotations

import base64
import json

import pytest

from lifecycle.answer import Answer
from lifecycle.directory.operation import PROTECTED, ChangeMembers, DeleteUser, Modify, RestoreUser, SetPassword
from lifecycle.directory.snapshot import AccountSnapshot
from lifecycle.errors import DirectoryError
from lifecycle.ports.directory.client import open_directory
from lifecycle.ports.directory.preparation import HIDDEN, Preparation
from lifecycle.ports.directory.writer import NO_RESTORING, send
from sandbox.ldapsearch import Entry
from sandbox.organisation import BASE_DN, LEAVERS_OU, STAFF_OU
from tests.support.bench import PASSWORD, Bench, samba_python
from tests.support.memory_directory import MemoryDirectory
from tests.support.odd_operations import Stage, codes, told

pytestmark = pytest.mark.timeout(120)

PHOTO = base64.b64encode(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 200).decode()
MOVES_ANYWAY = {
    "whenchanged",
    "usnchanged",
    "lastknownparent",
    "badpasswordtime",
    "lastlogon",
    "lastlogontimestamp",
} | {"badpwdcount", "logoncount"}
"""What the directory itself writes whenever an object is touched."""
NOTHING = {"pwdlastset", "admincount", "operatorcount", "accountexpires"}
"""Samba writes their "nothing" (0) out when it restores; accountExpires says "never" in another of its two ways. A
password is set anew."""


def _entry(bench: Bench, guid: str) -> Entry:
    (entry,) = bench.find(f"(objectGUID={_escaped(guid)})", "*")
    return entry


def _escaped(guid: str) -> str:
    groups = guid.split("-")
    raw = bytes.fromhex("".join(groups))
    ordered = raw[3::-1] + raw[5:3:-1] + raw[7:5:-1] + raw[8:]
    return "".join(f"\\{byte:02x}" for byte in ordered)


def _compared(entry: Entry) -> dict[str, list[str]]:
    return {name: sorted(values) for name, values in entry.items() if name not in MOVES_ANYWAY | NOTHING}


def test_deleted_account_comes_back_as_the_snapshot_has_it(bench: Bench) -> None:
    directory, groups = bench.directory, bench.groups()[:5]
    boss = bench.new_user("boss")
    guid = bench.new_user(
        "ann", employeeID="4711", title="Żółć, Head", manager=boss, otherTelephone=("1", "2"),
        proxyAddresses=("SMTP:ann@corp.example.test", "smtp:a@corp.example.test"), thumbnailPhoto=PHOTO,
        jpegPhoto=(PHOTO, "/9gB"), msExchMailboxGuid="AAECAwQFBgcICQoLDA0ODw==", msExchHideFromAddressLists="TRUE",
        msExchMasterAccountSid="S-1-5-21-1-2-3-1104", homeMDB=_database(bench),
        **{"msRTCSIP-UserEnabled": "TRUE", "msRTCSIP-OptionFlags": "256"},
    )  # fmt: skip
    report = bench.new_user("report", manager=guid)
    assert all(one.ok for one in directory.send([ChangeMembers(group, add_guids=(guid,)) for group in groups]))
    assert bench.binds(bench.account_name(guid), PASSWORD) == ""
    before = _entry(bench, guid)

    kept = directory.snapshot(guid)
    assert kept is not None
    assert (kept.guid, set(kept.group_guids), kept.children_guids) == (guid, set(groups), ())
    assert kept.raw("thumbnailPhoto") == [base64.b64decode(PHOTO)]
    assert kept.direct_report_guids == (report,)
    assert not kept.protected_from_deletion
    assert {name.lower() for name in kept.attributes} == before.keys() - {"dn"}
    stored = json.loads(json.dumps(kept.to_json()))

    assert directory.send([DeleteUser(guid)])[0].ok
    assert bench.find(f"(objectGUID={_escaped(guid)})") == []
    assert directory.snapshot(guid) is None
    assert "manager" not in _entry(bench, report)
    (deleted,) = directory.deleted([guid, boss]).values()
    assert (deleted.guid, deleted.last_known_parent_dn) == (guid, STAFF_OU)

    kept = AccountSnapshot.from_json(stored)
    assert directory.send([RestoreUser(guid, kept.dn)])[0].ok
    bare = _entry(bench, guid)
    assert {name: bare[name] for name in ("objectguid", "objectsid", "samaccountname", "dn")} == {
        name: before[name] for name in ("objectguid", "objectsid", "samaccountname", "dn")
    }
    assert not bare.keys() & {"employeeid", "memberof", "thumbnailphoto", "manager"}
    assert bare["pwdlastset"] == ["0"]
    assert bench.binds(bench.account_name(guid), PASSWORD) != "", "a password does not come back"
    assert directory.deleted([guid]) == {}

    schema = directory.schema(kept.attributes)
    assert kept.left_out(schema) == ()
    answers = directory.send(
        [
            SetPassword(guid, PASSWORD, must_change=False),
            Modify(guid, kept.restorable(schema)),
            *(ChangeMembers(group, add_guids=(guid,)) for group in kept.group_guids),
            *(Modify(one, {"manager": guid}) for one in kept.direct_report_guids),
        ]
    )
    assert all(one.ok for one in answers), answers
    after, again = _entry(bench, guid), directory.snapshot(guid)
    assert _compared(after) == _compared(before)
    assert again is not None
    assert again.restorable(schema) == kept.restorable(schema)
    assert (again.security_descriptor, again.group_guids) == (kept.security_descriptor, kept.group_guids)
    assert again.direct_report_guids == (report,)
    assert bench.binds(bench.account_name(guid), PASSWORD) == ""


def _database(bench: Bench) -> str:
    (entry,) = bench.find("(&(objectClass=container)(cn=Program Data))", "objectGUID")
    return entry["objectguid"][0]


def test_who_may_not_see_deleted_objects_is_told_which_right_is_missing(bench: Bench) -> None:
    blind = bench.another_account("blind", (LEAVERS_OU, "(A;CI;GA;;;{sid})"))
    guid = bench.new_user("unseen", LEAVERS_OU)
    name = bench.dn(guid)
    with open_directory(blind) as directory:
        assert directory.send([DeleteUser(guid)])[0].ok
        with pytest.raises(DirectoryError, match="right to list and read the container Deleted Objects") as refused:
            directory.deleted([guid])
        assert refused.value.result_code == 50
        assert directory.send([RestoreUser(guid, name)]) == [HIDDEN]
    assert bench.find(f"(objectGUID={_escaped(guid)})") == []


def test_who_may_see_deleted_objects_but_not_restore_is_told_so(bench: Bench) -> None:
    """The name among the deleted objects comes from an account that may see it."""
    plain = bench.another_account("plain", (LEAVERS_OU, "(A;CI;GA;;;{sid})"))
    guid = bench.new_user("lost", LEAVERS_OU)
    name = bench.dn(guid)
    bench.directory.send([DeleteUser(guid)])
    found = bench.directory.deleted([guid])[guid]
    with plain.open() as session:
        (answer,) = send(session, [RestoreUser(guid, name)], {}, Preparation({}, {guid: found.dn}))
    assert (answer.code, answer.detail) in {(50, NO_RESTORING), (1, "00002020")}
    assert bench.directory.deleted([guid]) == {guid: found}
    assert bench.directory.send([RestoreUser(guid, name)])[0].ok


def test_account_that_is_protected_from_deletion_stays(bench: Bench) -> None:
    """The controller itself lets it go: who may delete children of the OU may delete this one."""
    guid = bench.new_user("marked")
    bench.set_rights(bench.dn(guid), "(D;;SDDT;;;WD)", action="deny")
    kept = bench.directory.snapshot(guid)
    assert kept is not None
    assert kept.protected_from_deletion

    assert bench.directory.send([DeleteUser(guid), DeleteUser(guid, tree=True)]) == [PROTECTED] * 2

    assert _entry(bench, guid)["samaccountname"] == [bench.account_name(guid)]
    assert _sent_regardless(bench, DeleteUser(guid)).ok


def _sent_regardless(bench: Bench, operation: DeleteUser) -> Answer:
    directory = bench.sandbox.directory
    with bench.connection(directory.user, directory.password).open() as session:
        (answer,) = send(session, [operation], {})
    return answer


def test_account_with_objects_below_it_goes_with_them_only_when_asked(bench: Bench) -> None:
    guid = bench.new_user("parent")
    child, grandchild = f"CN=phone,{bench.dn(guid)}", f"CN=settings,CN=phone,{bench.dn(guid)}"
    samba_python(bench.sandbox, "tests.support.samba_add", "nTFRSSubscriptions", child, grandchild)
    kept = bench.directory.snapshot(guid)
    assert kept is not None
    assert len(kept.children_guids) == 2

    (answer,) = bench.directory.send([DeleteUser(guid)])
    assert (answer.code, answer.description) == (66, "notAllowedOnNonLeaf")
    bench.set_rights(grandchild, "(D;;SDDT;;;WD)", action="deny")
    assert bench.directory.send([DeleteUser(guid, tree=True)]) == [PROTECTED]
    assert len(bench.find("(objectClass=*)", base=bench.dn(guid))) == 3

    assert _sent_regardless(bench, DeleteUser(guid, tree=True)).ok
    assert bench.find(f"(|(objectGUID={_escaped(guid)})(cn=settings))") == []


def test_directory_in_memory_does_as_the_controller_does(bench: Bench) -> None:
    """Every step of one story: the same code, and the same accounts afterwards."""
    real = bench.directory
    ann, bob = bench.new_user("ann"), bench.new_user("bob")
    names = {guid: bench.account_name(guid) for guid in (ann, bob)}
    stage = Stage(STAFF_OU, LEAVERS_OU, bench.groups()[-1], ann, bob, names[ann])
    memory = MemoryDirectory(BASE_DN, (BASE_DN, STAFF_OU, LEAVERS_OU))
    imagined = [memory.new_user(f"CN={names[guid]},{STAFF_OU}", sAMAccountName=names[guid]) for guid in (ann, bob)]
    group = memory.new_group(f"CN=Group,{STAFF_OU}")

    seen = told(real, stage)
    dreamt = told(memory, Stage(STAFF_OU, LEAVERS_OU, group, *imagined, names[ann]))

    assert [(step, code) for step, code, _ in seen] == codes()
    others = dict(zip(imagined, (ann, bob), strict=True))
    for (step, code, shown), (_, other_code, other_shown) in zip(seen, dreamt, strict=True):
        assert other_code == code, step
        assert json.loads(_renamed(json.dumps(_plain(other_shown)), others)) == json.loads(json.dumps(_plain(shown))), (
            step
        )


def _renamed(text: str, others: dict[str, str]) -> str:
    for imagined, real in others.items():
        text = text.replace(imagined, real)
    return text


def _plain(shown: object) -> object:
    """As JSON has it; the order of several values is nobody's concern."""
    if isinstance(shown, dict):
        return {str(name): _plain(value) for name, value in shown.items()}
    if isinstance(shown, tuple):
        return sorted(shown) if all(isinstance(one, str) for one in shown) else [_plain(one) for one in shown]
    return shown
