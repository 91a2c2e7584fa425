"""The one error of the sandbox: a sentence for whoever typed the command."""

from __future__ import annotations


class SandboxError(Exception):
    """The sandbox cannot do what was asked; the message is one sentence that says why and what to do."""
