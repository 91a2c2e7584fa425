"""A build step of ``prefect.yaml``: with which Python runs are started."""

from __future__ import annotations

import sys


def interpreter() -> dict[str, str]:
    """``path`` → the Python that deploys, in whose environment the project is installed."""
    return {"path": sys.executable}
