"""Pictures of people in the directory and in Microsoft 365, read back by OpenLDAP's client and the simulator."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, ImageDraw

from sandbox.organisation import UPN_SUFFIX
from tests.support.action_bench import ActionBench

pytestmark = pytest.mark.timeout(120)

EVERYWHERE = ["thumbnailPhoto", "jpegPhoto", "microsoft_365"]


def picture(colour: str, side: int = 900, kind: str = "JPEG") -> bytes:
    image = Image.new("RGB", (side, side + 100), colour)
    ImageDraw.Draw(image).ellipse((side // 4, side // 4, side // 2, side // 2), "white")
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.fixture
def put(bench: ActionBench) -> Callable[[str, bytes], None]:
    def write(name: str, content: bytes) -> None:
        file = bench.photos / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)

    return write


def person_with_user(bench: ActionBench) -> tuple[str, str, str]:
    """Account name, objectGUID, and the user's id in Microsoft 365."""
    guid = bench.account()
    name = bench.account_name(guid)
    return name, guid, bench.graph.sync_user(guid, f"{name}@{UPN_SUFFIX}")


def bytes_of(bench: ActionBench, guid: str, attribute: str) -> list[bytes]:
    return [bytes.fromhex(value) for value in bench.entry(guid).get(attribute.lower(), [])]


def test_a_picture_is_put_everywhere_and_what_was_there_comes_back(
    bench: ActionBench, put: Callable[[str, bytes], None]
) -> None:
    name, guid, user = person_with_user(bench)
    put(f"{name}.jpg", picture("red"))
    items: list[dict[str, Any]] = [{"action": "manage-photo", "file": "%sAMAccountName%.jpg", "to": EVERYWHERE}]
    first = bench.carry_out(items, [guid])
    red = bench.state(guid), bench.graph.state(user)["photoSha256"]

    (thumbnail,) = bytes_of(bench, guid, "thumbnailPhoto")
    (large,) = bytes_of(bench, guid, "jpegPhoto")
    assert (Image.open(io.BytesIO(thumbnail)).size, len(thumbnail) <= 102_400) == ((96, 96), True)
    assert Image.open(io.BytesIO(large)).size == (648, 648)
    assert red[1] == hashlib.sha256(large).hexdigest()
    assert bench.request(items, [guid]).changes == ()

    put(f"{name}.jpg", picture("blue", kind="PNG"))
    dry = bench.request(items, [guid])
    assert ([change.action for change in dry.changes], bench.state(guid)) == (
        ["modify-user", "change-cloud-photo"],
        red[0],
    )
    second = bench.carry_out(items, [guid])
    assert bench.graph.state(user)["photoSha256"] != red[1]
    bench.undo(second)
    assert (bench.state(guid), bench.graph.state(user)["photoSha256"]) == red
    bench.undo(first)
    assert (bytes_of(bench, guid, "thumbnailPhoto"), bytes_of(bench, guid, "jpegPhoto")) == ([], [])
    assert bench.graph.state(user)["photoSha256"] is None


def test_a_picture_is_removed_and_comes_back(bench: ActionBench, put: Callable[[str, bytes], None]) -> None:
    name, guid, user = person_with_user(bench)
    put(f"{name}.jpg", picture("green"))
    bench.carry_out([{"action": "manage-photo", "file": f"{name}.jpg", "to": EVERYWHERE}], [guid])
    before = bench.state(guid), bench.graph.state(user)["photoSha256"]
    items: list[dict[str, Any]] = [{"action": "manage-photo", "remove": True, "to": EVERYWHERE}]

    plan_id = bench.carry_out(items, [guid])

    assert (bytes_of(bench, guid, "thumbnailPhoto"), bench.graph.state(user)["photoSha256"]) == ([], None)
    assert bench.request(items, [guid]).changes == ()
    bench.undo(plan_id)
    assert (bench.state(guid), bench.graph.state(user)["photoSha256"]) == before


def test_several_pictures_that_somebody_else_has_put_come_back(
    bench: ActionBench, put: Callable[[str, bytes], None]
) -> None:
    guid = bench.account()
    ours = [picture(colour, 40) for colour in ("black", "yellow")]
    bench.modify(guid, jpegPhoto=ours)  # type: ignore[arg-type]
    before = bench.state(guid)
    put("new.jpg", picture("red"))

    plan_id = bench.carry_out([{"action": "manage-photo", "file": "new.jpg", "to": ["jpegPhoto"]}], [guid])

    assert len(bytes_of(bench, guid, "jpegPhoto")) == 1
    bench.undo(plan_id)
    assert bench.state(guid) == before


@pytest.mark.parametrize(
    ("content", "reason", "about"),
    [
        (None, "target-missing", "manage-photo: no such file"),
        (b"not a picture", "target-refused", "photos: the file is no JPEG or PNG picture"),
        ("link", "target-refused", "photos: it cannot be read: ELOOP"),
        ("pipe", "target-refused", "photos: it is no plain file"),
    ],
)
def test_what_is_no_picture_is_said(bench: ActionBench, content: object, reason: str, about: str) -> None:
    guid = bench.account()
    file = bench.photos / f"{bench.account_name(guid)}.jpg"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content == "link":
        (file.parent / "other.jpg").write_bytes(picture("red"))
        file.symlink_to(file.parent / "other.jpg")
    elif content == "pipe":
        os.mkfifo(file)

    plan = bench.request([{"action": "manage-photo", "file": "%sAMAccountName%.jpg"}], [guid])

    assert plan.changes == ()
    assert [(notice.reason.value, notice.about) for notice in plan.notices] == [(reason, about)]
