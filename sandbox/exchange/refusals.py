"""How cmdlets refuse: the exception that Exchange raises, with its status and its text, which names people."""

from __future__ import annotations

_TASKS = "Microsoft.Exchange.Configuration.Tasks"


class CmdletError(Exception):
    """A cmdlet ends with an error.

    Args:
        exception: Full name of the exception, e.g. ``Microsoft.…ManagementObjectNotFoundException``.
        text: What it says.
        status: HTTP status by which the admin API answers it.
    """

    def __init__(self, exception: str, text: str, status: int = 400) -> None:
        super().__init__(exception, text, status)
        self.exception, self.text, self.status = exception, text, status

    @property
    def name(self) -> str:
        """The exception's name without its place."""
        return self.exception.rpartition(".")[2]


def not_found(identity: object) -> CmdletError:
    """There is no such object."""
    text = f"The operation couldn't be performed because object '{identity}' couldn't be found on 'dc.{_TASKS}'."
    return CmdletError(f"{_TASKS}.ManagementObjectNotFoundException", text, 404)


def refused(text: str, exception: str = "RecipientTaskException") -> CmdletError:
    """The state of things does not allow it."""
    return CmdletError(f"Microsoft.Exchange.Management.Tasks.{exception}", text)


def no_parameter(cmdlet: str, name: str) -> CmdletError:
    """The cmdlet has no such parameter."""
    text = f"A parameter cannot be found that matches parameter name '{name}' of {cmdlet}."
    return CmdletError("System.Management.Automation.ParameterBindingException", text)


def no_cmdlet(name: str) -> CmdletError:
    """Nothing of this name may be run."""
    text = f"The term '{name}' is not recognized as the name of a cmdlet."
    return CmdletError("System.Management.Automation.CommandNotFoundException", text)


def busy(exception: str) -> CmdletError:
    """Exchange cannot do it at the moment."""
    return CmdletError(f"Microsoft.Exchange.Data.{exception}", "The server is busy.")


def no_script() -> CmdletError:
    """The endpoint has no language mode."""
    text = "The syntax is not supported by this runspace. This can occur if the runspace is in no-language mode."
    return CmdletError("System.Management.Automation.ScriptsNotAllowedException", text)
