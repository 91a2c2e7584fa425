"""What follows from another problem is not told, and yet nothing that is wrong is ever passed over."""

from __future__ import annotations

from pathlib import Path

from lifecycle.config.documents.document import Document
from lifecycle.config.findings.finding import Finding
from lifecycle.config.findings.problem_list import ProblemList

UNKNOWN = Finding("key", "no field named 'users.x'", given="users.x", known=("details.id",), kind="field")


def test_same_finding_is_told_once() -> None:
    found = ProblemList(Path("config"))
    for text in ("a", "a", "b"):
        found.add("settings.yaml", ("env", text))
    assert [problem.text for problem in found.problems()] == ["a", "b"]


def test_field_of_an_unknown_endpoint_is_excused() -> None:
    found = ProblemList(Path("config"))
    found.add("data-sources/a.yaml", UNKNOWN)
    assert [problem.text for problem in found.problems()] == [UNKNOWN.text]
    found.add("data-sources/a.yaml", Finding("endpoints.0.name", "no endpoint", given="user", kind="endpoint"))
    assert [problem.text for problem in found.problems()] == ["no endpoint"]


def test_excuses_never_leave_nothing() -> None:
    found = ProblemList(Path("config"))
    found.add("data-sources/a.yaml", UNKNOWN)
    found.excuse("endpoint", "users")
    assert [problem.text for problem in found.problems()] == [UNKNOWN.text]


def test_problems_keep_the_order_of_files() -> None:
    found = ProblemList(Path("config"))
    for file in ("a.yaml", "b.yaml"):
        found.read(file, Document("x: 1\ny: 2\n"))
    for file in ("b.yaml", "a.yaml", "c.yaml"):
        found.add(file, Finding("y", file))
    assert [(problem.place, problem.text) for problem in found.problems()] == [
        ("config/a.yaml:2:4", "a.yaml"), ("config/b.yaml:2:4", "b.yaml"), ("config/c.yaml", "c.yaml")
    ]  # fmt: skip
