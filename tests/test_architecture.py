"""Who may import whom: the table in docs/architecture.md, held against every import statement."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("lifecycle", "blocks", "tasks", "flows", "deployments", "commands", "receiver", "sandbox")
PURE_ROOMS = ("language", "people", "planning", "actions", "directory", "cloud", "scripts", "folders", "mail")
IMPURE_MODULES = frozenset({"os", "sys", "time", "random", "secrets", "socket", "subprocess", "pathlib", "threading"})
READS_THE_CLOCK = re.compile(r"\b(now|utcnow|today|time|monotonic|perf_counter)\(\)")


def rules() -> dict[str, tuple[list[str], list[str] | None]]:
    """Room → rooms it may import, and libraries (None: any), read from the table."""
    table = (ROOT / "docs/architecture.md").read_text("utf-8").partition("| from | may import |")[2]
    found: dict[str, tuple[list[str], list[str] | None]] = {}
    for line in table.splitlines()[2:]:
        if not line.startswith("|"):
            break
        rooms, targets, libraries = line.strip("|").split("|")
        for room in names_in(rooms):
            found[room] = (names_in(targets), None if libraries.strip() == "any" else names_in(libraries))
    return found


def names_in(cell: str) -> list[str]:
    return re.findall(r"`([\w.]+)`", cell)


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            yield file.relative_to(ROOT), ast.parse(file.read_text("utf-8"))


def module_of(file: Path) -> str:
    return ".".join(file.with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of everything that is imported anywhere in a file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written in full"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def is_within(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


def broken_rules(room: str, file: Path, tree: ast.Module) -> Iterator[str]:
    rooms, libraries = rules()[room]
    for line, name in imported(tree):
        top = name.partition(".")[0]
        if top in PACKAGES:
            if not any(is_within(name, one) for one in (room, *rooms)):
                yield f"{file}:{line} imports {name}"
        elif libraries is not None and top not in sys.stdlib_module_names and top not in libraries:
            yield f"{file}:{line} imports the library {top}"


def test_every_import_is_in_the_table() -> None:
    broken, seen = [], set()
    for file, tree in sources():
        if module_of(file) in {"lifecycle", "lifecycle.ports"}:
            assert not list(imported(tree)), f"{file} is a folder's face and imports nothing"
            continue
        homes = [room for room in rules() if is_within(module_of(file), room)]
        assert len(homes) == 1, f"{file} belongs to {homes or 'no row'} of the table"
        seen.update(homes)
        broken += broken_rules(homes[0], file, tree)
    assert not broken
    assert seen == set(rules()), "the table names rooms that do not exist"


def test_table_has_no_way_up() -> None:
    """Nobody imports a row above their own, so that there are no circles."""
    order = {room: position for position, room in enumerate(rules())}
    for room, (targets, _) in rules().items():
        for target in targets:
            below = [position for one, position in order.items() if is_within(one, target) and one != room]
            if target != "lifecycle":
                assert min(below) > order[room], f"{room} may import {target}, which stands above it"


@pytest.mark.parametrize(
    ("room", "text", "problem"),
    [
        (
            "lifecycle.directory",
            "import lifecycle.language.macros.template",
            "x.py:1 imports lifecycle.language.macros.template",
        ),
        ("lifecycle.directory", "def f():\n    import ldap3", "x.py:2 imports the library ldap3"),
        ("lifecycle.ports.api", "from lifecycle.ports import directory", "x.py:1 imports lifecycle.ports.directory"),
        ("lifecycle.store", "from prefect import flow", "x.py:1 imports the library prefect"),
        ("flows", "from sandbox import handle", "x.py:1 imports sandbox.handle"),
    ],
)
def test_walk_finds_a_forbidden_import(room: str, text: str, problem: str) -> None:
    assert list(broken_rules(room, Path("x.py"), ast.parse(text))) == [problem]


def test_lifecycle_imports_without_prefect() -> None:
    program = (
        "import importlib, pkgutil, sys, lifecycle\n"
        "names = [one.name for one in pkgutil.walk_packages(lifecycle.__path__, 'lifecycle.')]\n"
        "programs = {'lifecycle.store.migrations.env'}\n"  # run by alembic alone
        "for name in names:\n"
        "    if name not in programs: importlib.import_module(name)\n"
        "print(len(names), 'prefect' in sys.modules, 'great_expectations' in sys.modules)\n"
    )
    outcome = subprocess.run(  # noqa: S603 (our own interpreter and text)
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    count, prefect, expectations = outcome.stdout.split()
    assert int(count) == len([file for file in (ROOT / "lifecycle").rglob("*.py") if file.parent != ROOT]) - 1
    assert (prefect, expectations) == ("False", "False")


def test_great_expectations_is_imported_in_one_function() -> None:
    files = {file.as_posix() for file, tree in sources() for _, name in imported(tree) if "great_expectations" in name}
    assert files == {"lifecycle/people/validate.py"}
    tree = ast.parse((ROOT / "lifecycle/people/validate.py").read_text("utf-8"))
    at_top = [name for node in tree.body for _, name in imported(ast.Module([node], []))
              if isinstance(node, ast.Import | ast.ImportFrom)]  # fmt: skip
    assert not [name for name in at_top if "great_expectations" in name]


def test_pure_rooms_have_no_clock_and_no_input() -> None:
    impure = []
    for file, tree in sources():
        if file.parts[0] != "lifecycle" or file.parts[1] not in PURE_ROOMS:
            continue
        impure += [f"{file} imports {name}" for _, name in imported(tree) if name.partition(".")[0] in IMPURE_MODULES]
        impure += [f"{file}: {found[0]}" for found in READS_THE_CLOCK.finditer(ast.unparse(tree))]
        impure += [
            f"{file} opens a file" for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "open"
        ]
    assert impure == ["lifecycle/people/validate.py imports os"]


@pytest.mark.parametrize("folder", ["flows", "deployments"])
def test_no_program_hides_a_package(folder: str) -> None:
    """Prefect and Python put a program's folder on the import path: a file named like a package would hide it."""
    programs = [file.stem for file in (ROOT / folder).glob("*.py") if file.stem != "__init__"]
    assert programs
    elsewhere = [
        place for place in sys.path if Path(place).resolve() != ROOT / folder
    ]  # a flow that was loaded adds it
    assert [name for name in programs if PathFinder.find_spec(name, elsewhere)] == []
