"""The block of a folder of custom scripts: which may run, by what, and with which secrets in their environment."""

from __future__ import annotations

from contextlib import AbstractContextManager

from prefect.blocks.core import Block
from prefect.types import SecretDict
from pydantic import ConfigDict, Field, HttpUrl, field_validator

from lifecycle.ports.scripts.runner import ScriptRunner, open_scripts
from lifecycle.ports.scripts.settings import EXTENSIONS, INTERPRETERS, ScriptSettings


class ScriptFolder(Block):
    """A folder whose scripts may be run, on the machine of the worker; what lies elsewhere never is.

    The folder, what lies in it and all that leads to it must belong to root or to the user of the worker, and be
    writable by nobody else. Scripts get the variables named here, and none of the worker's own.

    Attributes:
        folder: The folder.
        interpreters: Name of an interpreter → its absolute path and its own options.
        extensions: End of a file's name → name of the interpreter that runs it.
        environment: Variables for the scripts, secrets among them.
        memory_bytes: Address space that one process of a script may have.
        cpu_s: Processor time that one process of a script may take, seconds.
        grace_s: Time between the request to end and the end by force, seconds.

    Example:
        Run a script of the folder:
        ```python
        from blocks.scripts import ScriptFolder
        from lifecycle.scripts.call import ScriptCall

        script_folder = ScriptFolder.load("BLOCK_NAME")
        with script_folder.open() as scripts:
            result = scripts.run(ScriptCall("door-badge.py", input={"objectGUID": "…"}))
        ```
    """

    model_config = ConfigDict(hide_input_in_errors=True)  # an error would show variables with their values

    _block_type_name = "HaloITSM-AD Script Folder"
    _block_type_slug = "halo-ad-script-folder"
    _documentation_url = HttpUrl("https://man7.org/linux/man-pages/man2/execve.2.html")

    folder: str = Field(
        default="config/scripts",
        description="The folder; one that is not absolute is looked for in the working directory of the run. It must "
        "belong to root or to the worker's user, with all that leads to it, and be writable by nobody else.",
    )
    interpreters: dict[str, list[str]] = Field(
        default={name: list(command) for name, command in INTERPRETERS.items()},
        description="Name of an interpreter → its absolute path and its own options; the script and its arguments "
        "follow.",
    )
    extensions: dict[str, str] = Field(
        default=dict(EXTENSIONS),
        description="End of a file's name, in small letters → name of the interpreter that runs it. A script whose "
        "name ends otherwise says in its first line what runs it: #!/usr/bin/perl.",
    )
    # Not a dict of SecretStr: of that Prefect's server would show the values.
    environment: SecretDict = Field(
        default=SecretDict({}),
        description="Variables for the scripts, secrets among them. Besides these they have PATH, LANG, HOME and "
        "TMPDIR, and nothing of the worker's.",
    )
    memory_bytes: int | None = Field(
        default=None,
        title="Memory",
        description="Address space that one process of a script may have, in bytes; empty sets no limit. PowerShell "
        "reserves too much for any.",
    )
    cpu_s: int | None = Field(
        default=None,
        title="Processor time",
        description="Processor time that one process of a script may take, in seconds; empty sets no limit.",
    )
    grace_s: float = Field(
        default=5.0,
        title="Grace",
        description="Seconds between the request to end, when a script's time is over, and the end by force.",
    )

    @field_validator("environment")
    @classmethod
    def _holds_texts(cls, given: SecretDict) -> SecretDict:
        if not all(isinstance(value, str) for value in given.get_secret_value().values()):
            raise ValueError("the value of a variable must be a text")
        return given

    def settings(self) -> ScriptSettings:
        """The library's value for this block.

        Raises:
            ConfigurationError: A value cannot be used; a message never holds a variable's value.
        """
        return ScriptSettings(
            folder=self.folder,
            interpreters={name: tuple(command) for name, command in self.interpreters.items()},
            extensions=self.extensions,
            environment=self.environment.get_secret_value(),
            memory_bytes=self.memory_bytes,
            cpu_s=self.cpu_s,
            grace_s=self.grace_s,
        )

    def open(self) -> AbstractContextManager[ScriptRunner]:
        """The scripts of the folder, to use in a ``with`` statement.

        Raises:
            ConfigurationError: As for :meth:`settings`; or there is no such folder, or somebody else could change
                what is in it.
        """
        return open_scripts(self.settings())
