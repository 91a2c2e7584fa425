"""In place of Prefect's engine: says what process it is in, then does what ``PREFECT__DO`` says."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from tests.support import warm_marker

if __name__ == "__main__":
    what, _, number = os.environ["PREFECT__DO"].partition(" ")
    if what == "wait":
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(int(number)))
    about = {
        "process": os.getpid(),
        "loaded_by": warm_marker.PROCESS,
        "folder": str(Path.cwd()),
        "run": os.environ["PREFECT__DO"],
        "name": __name__,
    }
    sys.stdout.write(json.dumps(about) + "\n")
    sys.stdout.flush()
    if what == "wait":
        signal.pause()
    if what == "signal":
        os.kill(os.getpid(), int(number))
    sys.exit(int(number))
