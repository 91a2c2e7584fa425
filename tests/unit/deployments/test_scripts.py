"""The shell scripts behind ``make system`` and ``make setup``, on machines that are played."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[3]
TOOLS = ("sh", "cat", "chmod", "rm", "sed", "head", "dirname", "sha256sum", "mkdir", "touch")
SYSTEM_FILES = (
    "usr/sbin/samba",
    "usr/share/samba/setup/provision.ldif",
    "usr/sbin/winbindd",
    "usr/bin/smbclient",
    "usr/bin/ldapsearch",
    "usr/bin/kinit",
    "usr/lib/postgresql/15/bin/initdb",
)
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The root folder of a Debian machine with nothing installed."""
    folder = tmp_path / "root"
    (folder / "usr/sbin").mkdir(parents=True)
    (folder / "etc").mkdir()
    (folder / "etc/debian_version").touch()
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with the few programs that the scripts may use; tests add others."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return folder


def _program(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def run(root: Path, programs: Path) -> Run:
    """Runs a script on the played machine."""

    def script(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": str(programs), "HALO_AD_SYSTEM_ROOT": str(root), "HOME": str(root)}
        return subprocess.run(  # noqa: S603 - our own script
            ["/bin/sh", str(path), *arguments], env=environment, capture_output=True, text=True, check=False
        )

    return script


SYSTEM = PROJECT / "scripts/system.sh"


def _apt(programs: Path, root: Path, *, installs: bool = True) -> None:
    files = " ".join(f"{root}/{file}" for file in SYSTEM_FILES)
    make = f'for file in {files}; do mkdir -p "${{file%/*}}"; touch "$file"; done' if installs else "exit 100"
    _program(
        programs,
        "apt-get",
        f'echo "$DEBIAN_FRONTEND $*" >>{root}/calls\n'
        f"[ -e {root}/usr/sbin/policy-rc.d ] && echo guarded >>{root}/calls\n"
        f'case "$1" in install) {make};; esac',
    )
    _program(programs, "apt-cache", "exit 0")


def test_system_does_nothing_when_nothing_is_missing(run: Run, root: Path) -> None:
    for file in SYSTEM_FILES:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()
    done = run(SYSTEM)
    assert (done.returncode, done.stdout) == (0, "nothing to install: the system packages are here\n")


def test_system_installs_what_is_missing_and_starts_no_service(run: Run, root: Path, programs: Path) -> None:
    _program(programs, "id", "echo 0")
    _apt(programs, root)
    (root / "usr/bin").mkdir()
    (root / "usr/bin/ldapsearch").touch()
    done = run(SYSTEM)
    assert done.returncode == 0, done.stderr
    update, guard, install, guard_again = (root / "calls").read_text().splitlines()
    assert update.startswith("noninteractive update")
    assert (guard, guard_again) == ("guarded", "guarded")
    assert install.startswith("noninteractive install -y -qq --no-install-recommends")
    assert install.endswith("samba-ad-dc samba-ad-provision winbind smbclient krb5-user postgresql-15")
    assert not (root / "usr/sbin/policy-rc.d").exists()


def test_system_removes_its_guard_when_apt_fails(run: Run, root: Path, programs: Path) -> None:
    _program(programs, "id", "echo 0")
    _apt(programs, root, installs=False)
    assert run(SYSTEM).returncode == 100
    assert not (root / "usr/sbin/policy-rc.d").exists()


def test_system_leaves_a_guard_that_was_there(run: Run, root: Path, programs: Path) -> None:
    _program(programs, "id", "echo 0")
    _apt(programs, root)
    (root / "usr/sbin/policy-rc.d").write_text("theirs")
    assert run(SYSTEM).returncode == 0
    assert (root / "usr/sbin/policy-rc.d").read_text() == "theirs"


def test_system_takes_the_postgresql_that_the_release_has(run: Run, root: Path, programs: Path) -> None:
    _program(programs, "id", "echo 0")
    _apt(programs, root)
    _program(programs, "apt-cache", "exit 100")
    assert run(SYSTEM).returncode == 0
    assert (root / "calls").read_text().splitlines()[2].endswith("krb5-user postgresql")


def test_system_becomes_root_by_sudo(run: Run, root: Path, programs: Path) -> None:
    _program(programs, "id", f"[ -e {root}/is-root ] && echo 0 || echo 1000")
    _program(programs, "sudo", f'[ "$1" = -n ] && shift\n[ "$1" = true ] && exit 0\ntouch {root}/is-root\nexec "$@"')
    _program(programs, "true", "exit 0")
    _apt(programs, root)
    assert run(SYSTEM).returncode == 0
    assert (root / "is-root").exists()


@pytest.mark.parametrize(
    ("debian", "sudo", "sentence"),
    [
        (False, None, "neither Debian nor Ubuntu"),
        (True, None, "Installing needs root"),
        (True, "exit 1", "sudo asks for a password here: run 'sudo make system' once"),
    ],
)
def test_system_says_in_one_sentence_why_it_cannot(
    run: Run, root: Path, programs: Path, debian: bool, sudo: str | None, sentence: str
) -> None:
    _program(programs, "id", "echo 1000")
    _apt(programs, root)
    if not debian:
        (root / "etc/debian_version").unlink()
    if sudo:
        _program(programs, "sudo", sudo)
    done = run(SYSTEM)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Missing on this machine: samba-ad-dc samba-ad-provision winbind")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (root / "calls").exists()


def test_system_tells_when_the_packages_do_not_bring_the_files(run: Run, programs: Path) -> None:
    _program(programs, "id", "echo 0")
    _program(programs, "apt-get", "exit 0")
    _program(programs, "apt-cache", "exit 0")
    done = run(SYSTEM)
    assert done.returncode == 1
    assert "not the files that are expected" in done.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with the files that setup reads, whose Python and uv are played by scripts."""
    folder = tmp_path / "checkout"
    (folder / "scripts").mkdir(parents=True)
    for file in ("scripts/setup.sh", "scripts/system.sh", "requirements.lock", "pyproject.toml"):
        shutil.copy(PROJECT / file, folder / file)
    return folder


def _python(programs: Path, checkout: Path, *, fits: bool = True) -> None:
    """A python3 that makes a .venv with itself and a uv in it, and writes down what it was asked."""
    uv = checkout / "uv-of-the-test"
    _program(checkout, uv.name, f'echo "uv $*" >>{checkout}/calls')
    _program(
        programs,
        "python3",
        f'echo "python $*" >>{checkout}/calls\n'
        'case "$*" in\n'
        f"  *version_info*) exit {0 if fits else 1};;\n"
        f'  "-m venv .venv") mkdir -p .venv/bin; cat "$0" >.venv/bin/python; cat {uv} >.venv/bin/uv; '
        "chmod 755 .venv/bin/*;;\n"
        "esac",
    )


def _asked(checkout: Path) -> list[str]:
    lines = (checkout / "calls").read_text().splitlines()
    (checkout / "calls").unlink()
    probes = ("version_info", "--version", "config get")
    return [line for line in lines if not any(probe in line for probe in probes)]


def test_setup_installs_the_lock_by_its_hashes_once(run: Run, programs: Path, checkout: Path) -> None:
    _python(programs, checkout)
    setup = checkout / "scripts/setup.sh"
    assert run(setup).returncode == 0
    assert _asked(checkout) == [
        "python -m venv .venv",
        "python -m pip install --quiet --disable-pip-version-check uv",
        "uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock",
        "uv pip install --quiet --no-deps --no-build-isolation --editable .",
    ]
    again = run(setup)
    assert (again.returncode, again.stdout) == (0, "the virtual environment is as requirements.lock says\n")
    assert _asked(checkout) == []


def test_setup_installs_again_when_the_lock_changed(run: Run, programs: Path, checkout: Path) -> None:
    _python(programs, checkout)
    setup = checkout / "scripts/setup.sh"
    run(setup)
    _asked(checkout)
    (checkout / "requirements.lock").write_text("another==1\n")
    assert run(setup).returncode == 0
    assert [line.split()[:3] for line in _asked(checkout)] == [["uv", "pip", "sync"], ["uv", "pip", "install"]]


def test_setup_makes_a_broken_environment_anew(run: Run, programs: Path, checkout: Path) -> None:
    _python(programs, checkout)
    run(checkout / "scripts/setup.sh")
    _asked(checkout)
    (checkout / ".venv/bin/python").unlink()
    assert run(checkout / "scripts/setup.sh").returncode == 0
    assert _asked(checkout)[0] == "python -m venv .venv"


def test_setup_makes_an_environment_from_elsewhere_anew(run: Run, programs: Path, checkout: Path) -> None:
    _python(programs, checkout)
    run(checkout / "scripts/setup.sh")
    _asked(checkout)
    copy = checkout.with_name("copy")
    shutil.copytree(checkout, copy)
    assert run(copy / "scripts/setup.sh").returncode == 0
    assert _asked(checkout)[0] == "python -m venv .venv"  # the played programs write where they were made


def test_setup_says_in_one_sentence_that_there_is_no_python(
    run: Run, root: Path, programs: Path, checkout: Path
) -> None:
    _python(programs, checkout, fits=False)
    (root / "usr/lib/python3.13/ensurepip").mkdir(parents=True)
    (root / "usr/lib/python3.13/ensurepip/__init__.py").touch()
    done = run(checkout / "scripts/setup.sh")
    assert done.returncode == 1
    assert done.stderr.startswith("No Python 3.11 with its venv module was found")
    assert done.stderr.count("\n") == 1
    assert not (checkout / ".venv").exists()


def test_setup_gives_pips_mirror_to_uv(run: Run, programs: Path, checkout: Path) -> None:
    _python(programs, checkout)
    python = programs / "python3"
    text = python.read_text()
    python.write_text(text.replace('case "$*" in', 'case "$*" in\n  *index-url) echo mirror.example.test;;', 1))
    uv = checkout / "uv-of-the-test"
    uv.write_text(f'#!/bin/sh\necho "$UV_DEFAULT_INDEX" >>{checkout}/mirrors\n')
    assert run(checkout / "scripts/setup.sh").returncode == 0
    assert set((checkout / "mirrors").read_text().split()) == {"mirror.example.test"}


def test_make_help_lists_every_target() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    targets = [name for line in re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE) for name in line.split()]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    done = subprocess.run(  # noqa: S603 - our own Makefile
        [str(shutil.which("make")), "--no-print-directory"],
        cwd=PROJECT, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert re.findall(r"^  make ([a-z-]+) +\S", done.stdout, re.MULTILINE) == targets
