"""Run custom script: a script of an allow-listed folder, called once for the account, the one that was approved.

What it answers is not kept: it may hold anything, and the journal forgets nothing. A script that has to know later what
it did keeps it under the account's objectGUID, and the one that takes it back finds it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lifecycle.actions.change import Cause, Change, Phase, State, live_value
from lifecycle.actions.outside import Need, Outside, RefusalError, System
from lifecycle.actions.outside_change import OutsideChange
from lifecycle.actions.parameters import ActionFacts, Parameters, Planned
from lifecycle.actions.sight import Sight, Subject
from lifecycle.directory.account import Account, Value
from lifecycle.language.macros.place import Place
from lifecycle.language.model import AttributeName, LanguageModel
from lifecycle.notice import Reason
from lifecycle.scripts.call import MAX_TIMEOUT_S, ScriptCall, check_path
from lifecycle.scripts.exit_codes import ExitCodes

DIGEST, RUN = "script.digest", "script.run"


class CodeMeanings(LanguageModel):
    """Which exit codes mean what; every code that is not named means failure."""

    done: tuple[int, ...] = Field((0,), description="It did what it was asked for.")
    done_already: tuple[int, ...] = Field((), description="There was nothing to do.")
    retry_later: tuple[int, ...] = Field(
        (), description="It did nothing because something was not ready: a later run calls it again."
    )

    @model_validator(mode="after")
    def _mean_one_thing(self) -> CodeMeanings:
        self.codes()
        return self

    def codes(self) -> ExitCodes:
        """The same for the port.

        Raises:
            ValueError: A code is none, stands twice, or 0 means neither of the first two.
        """
        return ExitCodes(frozenset(self.done), frozenset(self.done_already), frozenset(self.retry_later))


class UndoCall(BaseModel):
    """What takes a script back: path, arguments, and SHA-256 of it when the plan was made."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    script: str
    arguments: tuple[str, ...] = ()
    digest: str


class RunScript(OutsideChange):
    """``before`` holds ``script.digest``, SHA-256 of the script when the plan was made; ``after`` which one runs."""

    phase: ClassVar[Phase] = Phase.MODIFY
    together: ClassVar[int] = 1
    verb: ClassVar[str] = "scripts to run"
    system: ClassVar[System] = System.SCRIPTS
    needs: ClassVar[frozenset[Need]] = frozenset({Need.SCRIPT})
    action: Literal["run-script"] = "run-script"
    arguments: tuple[str, ...] = ()
    given: Mapping[str, Value | None] = Field(default_factory=dict, description="What it reads, as one JSON object.")
    interpreter: str | None = None
    timeout_s: float = 60.0
    exit_codes: CodeMeanings = CodeMeanings()
    repeatable: bool = False
    undo: UndoCall | None = None

    @property
    def once_only(self) -> bool:  # type: ignore[override]
        """Whether a run of which nobody knows how it ended is final."""
        return not self.repeatable

    @property
    def script(self) -> str:
        """The script."""
        return str(self.after[RUN])

    def scripts(self) -> tuple[str, ...]:
        """The one that runs."""
        return (self.script,)

    def state_outside(self, outside: Outside) -> State:
        """By the digest: what was approved runs, and nothing else."""
        return State.AS_PLANNED if outside.digest(self.script) == self.before[DIGEST] else State.DRIFTED

    def operation(self, account: Account, outside: Outside) -> tuple[ScriptCall, ExitCodes]:  # noqa: ARG002
        """One call, and what its exit code means."""
        return self.call(), self.exit_codes.codes()

    def call(self) -> ScriptCall:
        """How the script is called.

        Raises:
            ValueError: Something cannot be passed on; no value is repeated.
        """
        return ScriptCall(
            self.script, self.arguments, dict(self.given), self.interpreter, self.timeout_s, str(self.before[DIGEST])
        )

    def undone(self, account: str) -> Change | None:
        """The script that takes it back, with the same input; none unless one is named."""
        if self.undo is None:
            return None
        fields = {name: getattr(self, name) for name in ("given", "timeout_s", "exit_codes", "repeatable")}
        return RunScript(
            **fields, person=self.person, account=account, cause=Cause.UNDO, rule=self.rule, ou=self.ou,
            before={DIGEST: self.undo.digest}, after={RUN: self.undo.script}, arguments=self.undo.arguments,
        )  # fmt: skip


class RunScriptParameters(Parameters):
    """A script of the automation's folder runs, with arguments and a JSON object on its standard input."""

    facts: ClassVar[ActionFacts] = ActionFacts(
        title="Run custom script",
        writes="whatever the script does; it is called without a shell, and its exit code decides",
        undo="undo_script, with the same input; none without one: nobody knows what a script does",
        tested="scripts in Python and sh",
        again="runs the script, whose exit code may say that it was done already",
    )
    needs: ClassVar[frozenset[Need]] = frozenset({Need.SCRIPT})
    action: Literal["run-script"] = "run-script"
    script: str = Field(description="File below the folder of scripts, with / between its parts.")
    arguments: tuple[str, ...] = Field(
        (), description="Arguments with macros, each as it arrives. Every user of the machine can see them."
    )
    input: tuple[AttributeName, ...] = Field(
        (), description="LDAP attributes that the script reads on standard input, besides objectGUID."
    )
    interpreter: str | None = Field(
        None, description="Name of an interpreter of the block; null goes by the file's extension."
    )
    timeout_s: float = Field(60.0, gt=0, le=MAX_TIMEOUT_S, description="For how long it may run, seconds.")
    exit_codes: CodeMeanings = CodeMeanings()
    repeatable: bool = Field(
        False,
        description="Whether it may be called again when nobody knows how it ended; else such a run is final.",
    )
    undo_script: str | None = Field(None, description="The script that takes it back, with the same input.")
    undo_arguments: tuple[str, ...] = Field((), description="Its arguments with macros.")

    @model_validator(mode="after")
    def _names_scripts(self) -> RunScriptParameters:
        for script in self.scripts():
            check_path(script)
        if self.undo_arguments and self.undo_script is None:
            raise ValueError("undo_arguments are for an undo_script")
        return self

    def texts(self) -> Iterator[tuple[str, str, Place]]:
        """The arguments."""
        yield from ((f"arguments.{number}", text, "argv") for number, text in enumerate(self.arguments))
        yield from ((f"undo_arguments.{number}", text, "argv") for number, text in enumerate(self.undo_arguments))

    def attributes(self) -> frozenset[str]:
        """Those of the input."""
        return frozenset(self.input)

    def scripts(self) -> tuple[str, ...]:
        """The script, and what takes it back."""
        return (self.script, *([self.undo_script] if self.undo_script else []))

    def changes(self, subject: Subject, sight: Sight) -> Planned:
        """One call, always: whether there is anything to do, the script knows."""
        change = RunScript(
            **subject.told(),
            before={DIGEST: sight.outside.digest(self.script)},
            after={RUN: self.script},
            arguments=self._filled(self.arguments, subject, sight),
            given={
                "objectGUID": subject.account.guid,
                **{name: live_value(subject.account, name) for name in self.input},
            },
            interpreter=self.interpreter,
            timeout_s=self.timeout_s,
            exit_codes=self.exit_codes,
            repeatable=self.repeatable,
            undo=self._undo(subject, sight),
        )
        try:
            change.call()
        except ValueError as error:
            raise RefusalError(Reason.TARGET_REFUSED, f"{self.action}: {error}") from None
        yield change

    def _undo(self, subject: Subject, sight: Sight) -> UndoCall | None:
        if self.undo_script is None:
            return None
        arguments = self._filled(self.undo_arguments, subject, sight)
        return UndoCall(script=self.undo_script, arguments=arguments, digest=sight.outside.digest(self.undo_script))

    def _filled(self, texts: tuple[str, ...], subject: Subject, sight: Sight) -> tuple[str, ...]:
        return tuple(sight.text(text, "argv", subject) for text in texts)
