"""Pictures from a folder that others fill."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from lifecycle.directory.picture import LARGE_SIDE, THUMBNAIL_SIDE
from lifecycle.errors import ConfigurationError
from lifecycle.ports.photos.folder import open_photos


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    (folder / "ward").mkdir(parents=True)
    Image.new("RGB", (1200, 900), "teal").save(folder / "ward" / "ann.png")
    (folder / "note.jpg").write_text("no picture", "utf-8")
    (folder / "link.jpg").symlink_to("ward/ann.png")
    (folder / "elsewhere").symlink_to(tmp_path)
    (tmp_path / "secret.png").write_bytes((folder / "ward" / "ann.png").read_bytes())
    os.mkfifo(folder / "pipe.jpg")
    return folder


def test_a_picture_is_handed_on_small_and_square(photos: Path) -> None:
    with open_photos(photos) as folder:
        picture = folder.picture("ward/ann.png")
        assert picture is not None
        assert (picture, folder.picture("ward/bob.png"), folder.picture("none/ann.png")) == (
            folder.picture("ward/ann.png"),
            None,
            None,
        )
    for jpeg, side in ((picture.large, LARGE_SIDE), (picture.thumbnail, THUMBNAIL_SIDE)):
        with Image.open(io.BytesIO(jpeg)) as image:
            assert (image.format, image.size) == ("JPEG", (side, side))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("note.jpg", "the file is no JPEG or PNG picture"),
        ("link.jpg", "it cannot be read: ELOOP"),
        ("pipe.jpg", "it is no plain file"),
        ("ward", "it cannot be read: EISDIR"),
        ("../secret.png", "it is no path below the folder"),
        ("/etc/passwd", "it is no path below the folder"),
        ("a\\b", "it is no path below the folder"),
        ("a\0", "it is no path below the folder"),
        ("", "it is no path below the folder"),
    ],
)
def test_what_leads_out_or_is_no_picture_is_refused_without_its_name(photos: Path, name: str, why: str) -> None:
    with open_photos(photos) as folder, pytest.raises(ValueError, match=f"^{why}$"):
        folder.picture(name)


def test_a_folder_that_leads_elsewhere_is_not_entered(photos: Path) -> None:
    with open_photos(photos) as folder:
        assert folder.picture("elsewhere/secret.png") is None


def test_nothing_is_left_open(photos: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - no path is needed
    with open_photos(photos) as folder:
        for name in ("ward/ann.png", "ward/bob.png", "link.jpg", "pipe.jpg", "none/none"):
            try:
                folder.picture(name)
            except ValueError:
                assert name in {"link.jpg", "pipe.jpg"}
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - as above


def test_a_folder_that_is_not_there_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError), open_photos(tmp_path / "none"):
        raise AssertionError
