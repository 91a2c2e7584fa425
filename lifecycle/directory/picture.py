"""The pictures that an account may bear, as values; :mod:`lifecycle.ports.photos.portrait` makes them."""

from __future__ import annotations

from dataclasses import dataclass, field

THUMBNAIL_BYTES = 102_400
"""Most bytes of thumbnailPhoto: rangeUpper of its schema object ([MS-ADA3])."""
THUMBNAIL_SIDE = 96
"""Pixels: what address books show; Exchange and Lync take larger ones as well."""
LARGE_SIDE = 648
"""Pixels: the largest that Microsoft 365 keeps (Microsoft Graph, resource type profilePhoto)."""
PHOTO_ATTRIBUTES = ("thumbnailPhoto", "jpegPhoto")
"""LDAP attributes that hold pictures of a person."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a person, as upright square JPEGs that tell nothing but the picture.

    Args:
        large: At most :data:`LARGE_SIDE` pixels a side: jpegPhoto, Microsoft 365.
        thumbnail: At most :data:`THUMBNAIL_SIDE` pixels a side and :data:`THUMBNAIL_BYTES` bytes: thumbnailPhoto.
    """

    large: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
