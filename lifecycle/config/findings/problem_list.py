"""Everything that is wrong with a configuration, gathered while it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from lifecycle.config.documents.document import WHOLE_FILE, Document
from lifecycle.config.findings.finding import Finding
from lifecycle.config.findings.problem import Problem
from lifecycle.config.findings.secrecy import masked

MOST_OF_ONE_FILE = 50
"""Problems of one file that are told; a file with more has one cause."""
_LONGEST = 600
"""Characters of a sentence; some quote what was given."""


class ProblemList:
    """Findings by file, with what excuses them.

    Args:
        folder: ``config/`` as the user typed it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._documents: dict[str, Document] = {}
        self._found: dict[str, dict[Finding, None]] = {}
        self._excused: set[tuple[str, str]] = set()

    def __bool__(self) -> bool:
        return any(self._found.values())

    def read(self, file: str, document: Document) -> None:
        """Remember a file that was read, so that places in it can be told."""
        self._documents[file] = document

    def add(self, file: str, found: Finding | tuple[str, str]) -> None:
        """One thing that is wrong in a file; the same is told once."""
        self._found.setdefault(file, {})[found if isinstance(found, Finding) else Finding(*found)] = None

    def excuse(self, kind: str, name: str) -> None:
        """A file of this kind cannot be used: that its name or its fields are not known is no problem of others."""
        self._excused.add((kind, name))

    @property
    def documents(self) -> Mapping[str, Document]:
        """Every file that was read, by its path as the user would type it."""
        return {self._typed(file): document for file, document in self._documents.items()}

    def problems(self) -> tuple[Problem, ...]:
        """All of them: by file, in the order in which files were read and problems were found.

        Never empty where anything is wrong: if each followed from another, all are told.
        """
        files = dict.fromkeys((*self._documents, *self._found))
        excused = self._excuses()
        told = tuple(problem for file in files for problem in self._of(file, excused))
        return told or tuple(problem for file in files for problem in self._of(file, lambda _finding: False))

    def located(self, file: str, finding: Finding) -> Problem:
        """A finding with its place."""
        document = self._documents.get(file)
        place = document.place(finding.path, finding.at, finding.offset, finding.length) if document else WHOLE_FILE
        text = masked(finding.text if len(finding.text) <= _LONGEST else finding.text[:_LONGEST] + "…")
        return Problem(self._typed(file), finding.path, place.line, place.column, place.span, text, finding.hints)

    def _of(self, file: str, excused: Callable[[Finding], bool]) -> Iterator[Problem]:
        told = (finding for finding in self._found.get(file, ()) if not excused(finding))
        yield from (self.located(file, finding) for finding in islice(told, MOST_OF_ONE_FILE))
        if next(told, None):
            yield Problem(self._typed(file), "", 0, 0, 0, "has more problems than are told here")

    def _excuses(self) -> Callable[[Finding], bool]:
        """Whether a finding follows from what is told elsewhere.

        Where a file names an endpoint that is none, and so lacks its fields, these are not told as well.
        """
        lacking = any(finding.kind == "endpoint" for found in self._found.values() for finding in found)
        prefixes: dict[int, set[str]] = {}

        def excused(finding: Finding) -> bool:
            if finding.kind != "field":
                return (finding.kind, finding.given) in self._excused
            endpoint = finding.given.partition(".")[0]
            if lacking and id(finding.known) not in prefixes:
                prefixes[id(finding.known)] = {name.partition(".")[0] for name in finding.known}
            unknown = lacking and endpoint not in prefixes[id(finding.known)]
            return unknown or ("endpoint", endpoint) in self._excused

        return excused

    def _typed(self, file: str) -> str:
        return str(self._folder / file) if file else str(self._folder)
