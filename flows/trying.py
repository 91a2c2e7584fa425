"""What both trials end with: the file, the artifacts, and a state that says how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prefect.client.schemas.objects import State
from prefect.states import Failed

from lifecycle.config.configuration import Configuration
from lifecycle.config.loader import load_configuration
from lifecycle.errors import TrialFailedError
from lifecycle.trial.datatypes import Suggestion
from lifecycle.trial.saving import Saved
from lifecycle.trial.trial import Trial
from tasks.stage import scrub
from tasks.trial import save_trial, show_trial


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial that is over.

    Args:
        trial: The call and its views.
        findings: What it says of the file.
        saved: What became of the file; None where nothing was to be saved.
    """

    trial: Trial
    findings: tuple[str, ...] = ()
    saved: Saved | None = None


def load(config_dir: str) -> Configuration:
    """The configuration, before any call."""
    return scrub(load_configuration, Path(config_dir))


def finish(
    configuration: Configuration,
    trial: Trial,
    suggested: Sequence[Suggestion] = (),
    findings: Sequence[str] = (),
    *,
    save: bool,
) -> Tried | State[Any]:
    """Save where that is asked for and the call was successful, show, and answer; a failure fails the run.

    Args:
        configuration: The whole.
        trial: The call.
        suggested: Datatypes to set.
        findings: What is said of them.
        save: Whether to save.
    """
    kept: Saved | None = None
    told = list(findings)
    if save and trial.successful:
        kept = save_trial(configuration, trial, suggested)
        told += [kept.told, *kept.problems]
    elif save:
        told.append("Nothing was saved: only a successful call is.")
    show_trial(trial, told)
    tried = Tried(trial, tuple(told), kept)
    if trial.successful and not (kept and kept.problems):
        return tried
    name = "Not sent" if not trial.sent else "Not saved" if trial.successful else "Not successful"
    error = TrialFailedError(f"{trial.kind} {trial.name}: {trial.verdict}", tried)
    return Failed(name=name, message=str(error), data=error)
