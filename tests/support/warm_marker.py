"""Remembers which process has imported it."""

from __future__ import annotations

import os

PROCESS = os.getpid()
