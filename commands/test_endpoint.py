"""``halo-ad test-endpoint``: one real call of an endpoint, and what it shows."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from commands.sample import CONFIG, Config, Save


def try_endpoint(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of a file in config/endpoints; drafts too.")],
    *,
    key: Annotated[
        str, typer.Option(help="Of an endpoint that depends on another: key of that one's record; else its first.")
    ] = "",
    save: Save = False,
    everything: Annotated[
        bool, typer.Option("--all", help="With --save: add fields that the file does not have.")
    ] = False,
    config: Config = CONFIG,
) -> None:
    """Call an endpoint once and show response, response details and request, secrets hidden.

    With --save the datatypes are set in the file, and it is a draft no longer. The exit status is 0 where the call was
    successful, 1 where it was not or could not be saved, 2 where it was not made.
    """

    def flow() -> Any:
        from flows.test_endpoint import try_endpoint as tried  # noqa: PLC0415 - Prefect takes seconds to import

        return tried(name, key, save, everything, str(config), return_state=True)

    from commands.trial import run  # noqa: PLC0415 - brings HTTP, which a check does not need

    raise run(flow)
