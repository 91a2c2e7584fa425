"""A picture of a person, as an account may bear it: a small upright JPEG that tells nothing but the picture.

Pure, on bytes. What a camera writes beside the picture (place, time, device, an earlier version of it) is left behind.
The same picture gives the same bytes, so that a photo that is there already is known again.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator

from PIL import Image, ImageOps, UnidentifiedImageError

from lifecycle.directory.picture import THUMBNAIL_BYTES, THUMBNAIL_SIDE

MOST_BYTES = 20 * 1024 * 1024
"""Of the picture that is given."""
MOST_PIXELS = 50_000_000
"""Of the picture that is given, before anything of it is unpacked: 150 MB of memory."""
SMALLEST_SIDE = 16

_FORMATS = ("JPEG", "PNG")
_READ_AS = frozenset({"JPEG", "MPO", "PNG"})
"""MPO is a JPEG to which a camera has added more pictures; the first is the picture."""
_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
_QUALITIES = (90, 80, 70, 60, 50, 40)
_WHITE = (255, 255, 255)


def portrait(
    picture: bytes, *, side: int = THUMBNAIL_SIDE, most_bytes: int = THUMBNAIL_BYTES, square: bool = True
) -> bytes:
    """The picture as a JPEG of at most ``side`` by ``side`` pixels and ``most_bytes`` bytes, upright, without metadata.

    It is never enlarged. Quality gives way before size. What is transparent becomes white.

    Args:
        picture: A JPEG or PNG file.
        side: Pixels.
        most_bytes: Bytes of the result.
        square: Whether what is beyond a square in the middle is cut off; else the shape is kept.

    Raises:
        ValueError: It is no picture, or one that no account should bear. The message holds nothing of it.
    """
    if side < SMALLEST_SIDE:
        raise ValueError(f"a picture of less than {SMALLEST_SIDE} pixels a side shows nobody")
    image = _upright(picture)
    while side >= SMALLEST_SIDE:
        smaller = _sized(image, side, square=square)
        for jpeg in _compressed(smaller):
            if len(jpeg) <= most_bytes:
                return jpeg
        side = min(side, max(smaller.size)) * 3 // 4
    raise ValueError(f"the picture does not fit into {most_bytes} bytes")


def _upright(picture: bytes) -> Image.Image:
    """The picture in plain colours, turned as its orientation says, and nothing else of the file."""
    if len(picture) > MOST_BYTES:
        raise ValueError(f"the file has more than {MOST_BYTES // 1024 // 1024} MiB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of damaged metadata, which is left behind anyway
            with Image.open(io.BytesIO(picture), formats=_FORMATS) as image:
                _judge(image)
                flat = _flat(ImageOps.exif_transpose(image))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ValueError(f"the picture has more than {MOST_PIXELS // 1_000_000} million pixels") from None
    except UnidentifiedImageError:
        raise ValueError("the file is no JPEG or PNG picture") from None
    except _UnfitError:
        raise
    except (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, struct.error, zlib.error):
        raise ValueError("the picture is damaged") from None  # Pillow's texts may quote the file
    # Only the pixels: an image of Pillow's carries comments and profiles along, and writes some of them.
    return Image.frombytes("RGB", flat.size, flat.tobytes())


class _UnfitError(ValueError):
    """Our own judgement, told from Pillow's errors."""


def _judge(image: Image.Image) -> None:
    if image.format not in _READ_AS:
        raise _UnfitError("the file is no JPEG or PNG picture")
    if image.width * image.height > MOST_PIXELS:
        raise _UnfitError(f"the picture has more than {MOST_PIXELS // 1_000_000} million pixels")
    if min(image.size) < SMALLEST_SIDE:
        raise _UnfitError(f"the picture has less than {SMALLEST_SIDE} pixels a side")
    if image.format == "PNG" and getattr(image, "is_animated", False):
        raise _UnfitError("the picture is animated")
    if image.mode not in _MODES:
        raise _UnfitError(f"the picture has colours that are not for screens (mode {image.mode})")


def _flat(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    layered = image.convert("RGBA")
    ground = Image.new("RGB", layered.size, _WHITE)
    ground.paste(layered, mask=layered.getchannel("A"))
    return ground


def _sized(image: Image.Image, side: int, *, square: bool) -> Image.Image:
    if square:
        side = min(side, *image.size)
        return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    smaller = image.copy()
    smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
    return smaller


def _compressed(image: Image.Image) -> Iterator[bytes]:
    for quality in _QUALITIES:
        out = io.BytesIO()
        image.save(out, "JPEG", quality=quality, optimize=True)
        yield out.getvalue()
