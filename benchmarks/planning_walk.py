"""How far one person's planning walks: into how many modules, and how often back into one that it has left.

``python -m benchmarks.planning_walk [--edges]`` plans one person with one account, who has another title, another OU
and a group to join, in an organisation without anybody else, and prints three figures of all that runs below
``lifecycle.planning`` from the first call to the plan:

* *calls*: how often a function of a module is called while the innermost planning function at work is one of another
  module, or none is;
* *modules*: how many modules are entered so;
* *returns*: how many of the calls enter a module that the walk had entered, and left, before: calls less modules.

A function that a reader has to follow from one file to another is one call; what a module does inside itself costs
nothing, however much it is. Code elsewhere (``lifecycle.language``, ``lifecycle.directory``, …) is passed over: what it
calls back counts as called by the planning function behind it. So are constructors that ``dataclasses`` writes: they
keep what they are given, and no file has a line of them. A function counts once a call, and once more each time that it
goes on after a ``yield``. With ``--edges`` the pairs of modules follow, those that cause most returns first, and how
many lines each module has.

The organisation is the tests' own (``tests.support.world``), and so is the way in, so that the program runs unchanged
on older builds: copied to the commit before sound runs and policy runs were known, it prints 62 calls, 14 modules, 48
returns.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType

from tests.support.world import ALL_STAFF, LAB, new_account, new_directory, people, person, plan_of

PLANNING = "lifecycle.planning"
GENERATED = "<string>"
"""The file of code that has none: what ``dataclasses`` writes."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Every call into another module, in order.

    Args:
        calls: Calling module (empty for none), called module, called function.
    """

    calls: tuple[tuple[str, str, str], ...]

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules that were entered, in that order."""
        return tuple(dict.fromkeys(module for _, module, _ in self.calls))

    @property
    def returns(self) -> Counter[tuple[str, str]]:
        """Calling and called module → calls into a module that had been entered before."""
        seen, counts = set[str](), Counter[tuple[str, str]]()
        for caller, module, _ in self.calls:
            if module in seen:
                counts[caller, module] += 1
            seen.add(module)
        return counts


def walk_of_a_mover() -> Walk:
    """Plan one mover and look."""
    directory = new_directory()
    new_account(directory, person("1", title="Nurse"))
    moved = person("1", title="Head", ou=LAB, groups={ALL_STAFF: "groups.0"})
    stack, calls = list[str](), list[tuple[str, str, str]]()

    def look(frame: FrameType, event: str, _argument: object) -> None:
        module = frame.f_globals.get("__name__", "")
        if not module.startswith(f"{PLANNING}.") or frame.f_code.co_filename == GENERATED:
            return
        if event == "call":
            caller = stack[-1] if stack else ""
            stack.append(module)
            if module != caller:
                calls.append((caller, module, frame.f_code.co_name))
        elif event == "return":
            stack.pop()

    plan_of(people(moved), directory)  # once before, so that nothing is imported or compiled while we look
    sys.setprofile(look)
    try:
        plan = plan_of(people(moved), directory)
    finally:
        sys.setprofile(None)
    if [change.action for change in plan.changes] != ["move-user", "modify-user", "add-to-group"]:
        raise SystemExit("the mover is not planned as it was arranged")
    return Walk(tuple(calls))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--edges", action="store_true", help="also which module calls into which, and lines of each")
    arguments = parser.parse_args()
    walk = walk_of_a_mover()
    lines = {name: len(_source(name).read_text("utf-8").splitlines()) for name in walk.modules}
    returns = walk.returns
    longest = max(lines, key=lambda name: lines[name])
    print(f"{len(walk.calls)} calls, {len(walk.modules)} modules, {returns.total()} returns")
    print(f"the longest module is {_short(longest)}, {lines[longest]} lines")
    if arguments.edges:
        print()
        for (caller, module), count in returns.most_common():
            named = sorted({function for one, other, function in walk.calls if (one, other) == (caller, module)})
            print(f"{count:4}  {_short(caller)} -> {_short(module)}: {', '.join(named)}")
        print()
        for name in walk.modules:
            print(f"{lines[name]:4}  {_short(name)}")


def _short(module: str) -> str:
    return module.removeprefix(f"{PLANNING}.") or "outside"


def _source(module: str) -> Path:
    return Path(str(import_module(module).__file__))


if __name__ == "__main__":
    main()
