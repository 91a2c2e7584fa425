"""Orders a door badge, or takes the order back: an example of a custom script.

    door_badge.py FOLDER [--withdraw]

The door system collects the orders of a folder, one file each. On standard input comes one JSON object with the
account's `objectGUID` and `displayName`; the answer is one JSON object, too.

Exit codes: 0 done, 10 there was nothing to do, 75 the folder is not there now, anything else failed.
"""

import argparse
import json
import sys
import uuid
from pathlib import Path

NOTHING_TO_DO = 10
NOT_NOW = 75


def main() -> int:
    """Carry out what is asked; the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--withdraw", action="store_true")
    arguments = parser.parse_args()

    account = json.load(sys.stdin)
    badge = str(uuid.UUID(account["objectGUID"]))  # anything else is no name for a file
    order = arguments.folder / f"{badge}.json"

    if not arguments.folder.is_dir():
        print("the folder of the orders is not mounted", file=sys.stderr)
        return NOT_NOW
    print(json.dumps({"badge": badge}))
    if order.exists() is not arguments.withdraw:
        return NOTHING_TO_DO  # so that it may be called any number of times
    if arguments.withdraw:
        order.unlink()
        return 0
    unfinished = order.with_suffix(".part")
    unfinished.write_text(json.dumps({"name": account["displayName"]}), "utf-8")
    unfinished.replace(order)  # at once: the door system never collects half an order
    return 0


if __name__ == "__main__":
    sys.exit(main())
