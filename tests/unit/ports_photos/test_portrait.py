"""Photos, on pictures that Pillow makes as cameras and pranksters do."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from lifecycle.directory.picture import THUMBNAIL_BYTES
from lifecycle.ports.photos.portrait import MOST_BYTES, portrait

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (255, 255, 255)
_ORIENTATION, _MAKER, _GPS, _LATITUDE = 0x0112, 0x010F, 0x8825, 2
CANARY = "Canary-Camera"


def picture(width: int = 240, height: int = 160, mode: str = "RGB", colour: object = RED) -> Image.Image:
    return Image.new(mode, (width, height), colour)


def noise(side: int) -> Image.Image:
    """What compresses worst."""
    return Image.frombytes("RGB", (side, side), random.Random(7).randbytes(side * side * 3))  # noqa: S311


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def read(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    assert image.format == "JPEG"
    return image


def is_near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 30 for a, b in zip(one, other, strict=True))


def with_place(orientation: int = 1) -> Image.Exif:
    """What a telephone writes."""
    exif = Image.Exif()
    exif[_ORIENTATION], exif[_MAKER] = orientation, CANARY
    exif[_GPS] = {1: "N", _LATITUDE: (51.0, 30.0, 26.0), 3: "W", 4: (0.0, 7.0, 39.0)}
    return exif


def test_place_time_and_device_are_gone() -> None:
    given_picture = saved(
        picture(), exif=with_place(), comment=CANARY.encode(), icc_profile=b"profile-" + CANARY.encode()
    )
    assert given_picture.count(CANARY.encode()) == 3
    assert read(given_picture).getexif().get_ifd(_GPS)

    made = portrait(given_picture)

    assert CANARY.encode() not in made
    assert not read(made).getexif()
    assert set(read(made).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_texts_of_a_png_are_gone() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", CANARY)
    given_picture = saved(picture(), "PNG", pnginfo=texts, exif=with_place())
    assert CANARY.encode() in given_picture
    assert CANARY.encode() not in portrait(given_picture)


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)), (5, (0, 0)), (6, (1, 0)), (7, (1, 1)), (8, (0, 1))],
)
def test_picture_is_turned_as_the_camera_was_held(orientation: int, corner: tuple[int, int]) -> None:
    """EXIF 2.32, 4.6.4: where the first pixel of the file belongs."""
    image = picture(64, 64, colour=WHITE)
    image.paste(GREEN, (0, 0, 24, 24))
    made = read(portrait(saved(image, exif=with_place(orientation)), side=64))
    for x in (0, 1):
        for y in (0, 1):
            colour = GREEN if (x, y) == corner else WHITE
            assert is_near(made.getpixel((8 + x * 47, 8 + y * 47)), colour), (x, y)


def test_square_is_cut_from_the_middle() -> None:
    image = picture(300, 100, colour=WHITE)
    image.paste(BLUE, (100, 0, 200, 100))
    made = read(portrait(saved(image)))
    assert made.size == (96, 96)
    assert all(is_near(made.getpixel(place), BLUE) for place in [(4, 4), (91, 4), (4, 91), (91, 91)])


def test_shape_is_kept_on_request() -> None:
    assert read(portrait(saved(picture(300, 100)), side=150, square=False)).size == (150, 50)


def test_small_picture_is_not_enlarged() -> None:
    assert read(portrait(saved(picture(40, 30)), side=96)).size == (30, 30)
    assert read(portrait(saved(picture(40, 30)), side=96, square=False)).size == (40, 30)


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("L", 200, (200, 200, 200)),
        ("1", 1, WHITE),
        ("RGBA", (*BLUE, 255), BLUE),
        ("RGBA", (*BLUE, 0), WHITE),
        ("LA", (0, 0), WHITE),
        ("P", 0, (0, 0, 0)),
    ],
)
def test_colours_become_plain_and_what_is_transparent_white(mode: str, colour: object, seen: tuple[int, ...]) -> None:
    made = read(portrait(saved(picture(mode=mode, colour=colour), "PNG")))
    assert made.mode == "RGB"
    assert is_near(made.getpixel((40, 40)), seen)


def test_quality_gives_way_before_size() -> None:
    worst = saved(noise(400), "PNG")
    assert len(portrait(worst, side=400)) <= THUMBNAIL_BYTES
    assert read(portrait(worst, side=400)).size == (400, 400)
    assert len(portrait(worst, side=400, most_bytes=20_000)) <= 20_000
    assert read(portrait(worst, side=400, most_bytes=20_000)).size < (400, 400)


def test_more_pictures_of_a_camera_are_left_behind() -> None:
    """MPO, as telephones write it: the first picture is the one."""
    many = saved(picture(colour=GREEN), "MPO", save_all=True, append_images=[picture(colour=BLUE)])
    made = portrait(many)
    assert is_near(read(made).getpixel((40, 40)), GREEN)
    assert made == portrait(saved(picture(colour=GREEN)))


def bomb() -> bytes:
    """A PNG of a few bytes that claims a hundred thousand pixels a side."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def damaged(kind: str) -> bytes:
    whole = saved(noise(64), kind)
    return whole[: len(whole) // 2]


@pytest.mark.parametrize(
    ("given_picture", "told"),
    [
        (lambda: b"", "no JPEG or PNG"),
        (lambda: b"%PDF-1.7 " + CANARY.encode(), "no JPEG or PNG"),
        (lambda: saved(picture(), "GIF"), "no JPEG or PNG"),
        (lambda: saved(picture(), "BMP"), "no JPEG or PNG"),
        (lambda: saved(picture(), "TIFF"), "no JPEG or PNG"),
        (lambda: damaged("JPEG"), "damaged"),
        (lambda: damaged("PNG"), "damaged"),
        (lambda: saved(picture(), "PNG", save_all=True, append_images=[picture(colour=BLUE)]), "animated"),
        (lambda: saved(picture(mode="CMYK", colour=(9, 9, 9, 9))), "colours that are not for screens"),
        (lambda: saved(picture(mode="I;16", colour=9), "PNG"), "colours that are not for screens"),
        (lambda: saved(picture(15, 200)), "less than 16 pixels"),
        (lambda: saved(picture(7_200, 7_200, "1", 1), "PNG"), "50 million pixels"),
        (lambda: saved(picture(10_000, 10_000, "1", 1), "PNG"), "50 million pixels"),
        (bomb, "50 million pixels"),
        (lambda: bytes(MOST_BYTES + 1), "more than 20 MiB"),
    ],
)
def test_what_no_account_should_bear_is_refused(given_picture: object, told: str) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        portrait(given_picture())
    assert CANARY not in str(refused.value)
    assert refused.value.__cause__ is None


def test_no_size_that_shows_nobody_is_made() -> None:
    with pytest.raises(ValueError, match="less than 16 pixels"):
        portrait(saved(picture()), side=15)
    with pytest.raises(ValueError, match="does not fit into 100 bytes"):
        portrait(saved(picture()), most_bytes=100)


@settings(max_examples=40)
@given(
    width=st.integers(16, 300), height=st.integers(16, 300), side=st.integers(16, 200),
    orientation=st.integers(1, 8), kind=st.sampled_from(["JPEG", "PNG"]), square=st.booleans(),
)  # fmt: skip
def test_portrait_of_any_picture_is_small_and_the_same_each_time(
    width: int, height: int, side: int, orientation: int, kind: str, square: bool
) -> None:
    given_picture = saved(picture(width, height), kind, exif=with_place(orientation))
    made = portrait(given_picture, side=side, square=square)
    assert made == portrait(given_picture, side=side, square=square)
    assert len(made) <= THUMBNAIL_BYTES
    size = read(made).size
    assert max(size) <= min(side, max(width, height))
    assert size[0] == size[1] or not square
    assert not read(made).getexif()


_WHOLE = {kind: saved(noise(20), kind, exif=with_place()) for kind in ("JPEG", "PNG")}


@settings(max_examples=100)
@given(kind=st.sampled_from(sorted(_WHOLE)), data=st.data())
def test_any_damage_is_a_value_error_or_a_picture(kind: str, data: st.DataObject) -> None:
    damaged_file = bytearray(_WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 5))):
        damaged_file[data.draw(st.integers(0, len(damaged_file) - 1))] = data.draw(st.integers(0, 255))
    try:
        made = portrait(bytes(damaged_file))
    except ValueError:
        return
    assert len(made) <= THUMBNAIL_BYTES
    assert CANARY.encode() not in made
