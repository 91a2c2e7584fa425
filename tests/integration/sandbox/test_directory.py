"""What the domain controller of a sandbox promises, seen through the clients an administrator has at hand."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from collections.abc import Iterator

import pytest
from ldap3 import BASE, MODIFY_REPLACE, NONE, SUBTREE, Connection, Server, Tls

from sandbox.handle import Sandbox
from sandbox.organisation import (
    ALL_STAFF_GROUP,
    BASE_DN,
    DEPARTMENTS,
    EXISTING_ACCOUNT,
    GROUPS_OU,
    MANAGED_OUS,
    PRIVILEGED_ACCOUNT,
    STAFF_OU,
    department_group,
)

pytestmark = [
    pytest.mark.timeout(120),
    # ldap3 checks the name in the certificate with it where Python still has it
    pytest.mark.filterwarnings(r"ignore:ssl\.match_hostname\(\) is deprecated:DeprecationWarning"),
]

INSUFFICIENT_ACCESS = 50
USERS_CONTAINER = f"CN=Users,{BASE_DN}"
Pair = tuple[Sandbox, Sandbox]


@pytest.fixture
def service(pair: Pair) -> Iterator[Connection]:
    connection = _connection(pair[0], pair[0].directory.user, pair[0].directory.password)
    yield connection
    connection.unbind()


@pytest.fixture
def administrator(pair: Pair) -> Iterator[Connection]:
    directory = pair[0].directory
    connection = _connection(pair[0], directory.administrator, directory.administrator_password)
    yield connection
    connection.unbind()


def _connection(sandbox: Sandbox, user: str, password: str) -> Connection:
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=sandbox.ca_file, valid_names=[sandbox.directory.server_name])
    server = Server(sandbox.directory.host, port=sandbox.directory.port, use_ssl=True, tls=tls, get_info=NONE)
    return Connection(server, user=user, password=password, auto_bind=True)


def _found(connection: Connection, condition: str, base: str = BASE_DN, *attributes: str) -> list[dict]:
    connection.search(base, condition, SUBTREE, attributes=list(attributes))
    return [entry for entry in connection.response if entry["type"] == "searchResEntry"]


def _needs(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        pytest.fail(f"{program} is not installed: make system installs it")
    return path


def test_directories_side_by_side_have_addresses_and_folders_of_their_own(pair: Pair) -> None:
    first, second = pair
    assert first.directory.host != second.directory.host
    assert first.folder != second.folder


@pytest.mark.parametrize("which", [0, 1])
def test_directory_answers_ldapsearch_with_a_verified_certificate(pair: Pair, which: int) -> None:
    sandbox = pair[which]
    done = subprocess.run(  # noqa: S603 - our own arguments
        [
            _needs("ldapsearch"), "-H", f"ldaps://{sandbox.directory.host}", "-x", "-LLL", "-y", "/dev/stdin",
            "-D", sandbox.directory.user, "-b", BASE_DN, f"(sAMAccountName={EXISTING_ACCOUNT})", "mail",
        ],
        env={"LDAPTLS_CACERT": sandbox.ca_file, "LDAPTLS_REQCERT": "demand"},
        input=sandbox.directory.password, text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "mail: hannah.berger@corp.example.test" in done.stdout


def test_directory_certificate_is_not_that_of_the_neighbour(pair: Pair) -> None:
    first, second = pair
    with pytest.raises(ssl.SSLCertVerificationError):
        ssl.get_server_certificate((first.directory.host, first.directory.port), ca_certs=second.ca_file)
    assert ssl.get_server_certificate((first.directory.host, first.directory.port), ca_certs=first.ca_file)


def test_population_has_a_place_and_a_group_for_every_department(service: Connection) -> None:
    places = _found(service, "(objectClass=organizationalUnit)", STAFF_OU, "ou")
    groups = _found(service, "(objectClass=group)", GROUPS_OU, "cn")
    assert {one["attributes"]["ou"][0] for one in places} == {"Staff", *DEPARTMENTS}
    assert {one["attributes"]["cn"][0] for one in groups} == {ALL_STAFF_GROUP, *map(department_group, DEPARTMENTS)}


def test_population_has_a_protected_and_an_ordinary_account_without_employee_id(service: Connection) -> None:
    wanted = ("adminCount", "employeeID", "memberOf", "userAccountControl")
    [privileged] = _found(service, f"(sAMAccountName={PRIVILEGED_ACCOUNT})", STAFF_OU, *wanted)
    [existing] = _found(service, f"(sAMAccountName={EXISTING_ACCOUNT})", STAFF_OU, *wanted)
    assert privileged["attributes"]["adminCount"] == ["1"]
    assert privileged["attributes"]["memberOf"] == [f"CN=Domain Admins,{USERS_CONTAINER}"]
    assert existing["attributes"]["adminCount"] == []
    for account in (privileged, existing):
        assert account["attributes"]["employeeID"] == []
        assert account["attributes"]["userAccountControl"] == ["512"]


@pytest.mark.parametrize("place", MANAGED_OUS)
def test_service_account_adds_and_deletes_below_the_managed_places(service: Connection, place: str) -> None:
    dn = f"CN=Ada Probe,{place}"
    password = '"Aa1-probe-password"'.encode("utf-16-le")
    attributes = {"sAMAccountName": "aprobe", "unicodePwd": password, "userAccountControl": "512"}
    assert service.add(dn, "user", attributes), service.result
    assert service.delete(dn), service.result


@pytest.mark.parametrize("place", [USERS_CONTAINER, BASE_DN])
def test_service_account_adds_nothing_elsewhere(service: Connection, place: str) -> None:
    assert not service.add(f"CN=Ada Probe,{place}", "user", {"sAMAccountName": "aprobe"})
    assert service.result["result"] == INSUFFICIENT_ACCESS


@pytest.mark.parametrize("dn", [f"CN=Grace Adeyemi,{STAFF_OU}", f"CN=Domain Admins,{USERS_CONTAINER}"])
def test_service_account_may_not_modify_what_is_privileged(service: Connection, dn: str) -> None:
    assert not service.modify(dn, {"description": [(MODIFY_REPLACE, ["changed"])]})
    assert service.result["result"] == INSUFFICIENT_ACCESS


def test_domain_passwords_do_not_expire_and_must_be_complex(administrator: Connection) -> None:
    administrator.search(BASE_DN, "(objectClass=*)", BASE, attributes=["maxPwdAge", "pwdProperties"])
    attributes = administrator.response[0]["attributes"]
    assert attributes["maxPwdAge"] == ["-9223372036854775808"]
    assert int(attributes["pwdProperties"][0]) & 1


@pytest.mark.parametrize("which", [0, 1])
def test_share_takes_and_gives_back_a_file_of_the_service_account(pair: Pair, which: int) -> None:
    sandbox = pair[which]
    account = sandbox.directory.user.partition("@")[0]
    done = subprocess.run(  # noqa: S603 - our own arguments
        [
            _needs("smbclient"), f"//{sandbox.share.host}/{sandbox.share.name}", "-U", f"CORP\\{account}",
            "-c", "mkdir probe; put /etc/hostname probe\\file; ls probe\\*; rm probe\\file; rmdir probe",
        ],
        env={"PASSWD": sandbox.directory.password},
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert " file " in done.stdout
    assert "NT_STATUS" not in done.stdout
