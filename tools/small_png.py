"""A picture of a screen as a small PNG: its commonest colours, one byte a pixel."""

import struct
import zlib
from typing import Final

import numpy as np

_COLOURS: Final = 256
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def small_png(pixels: bytes, width: int, height: int) -> bytes:
    """Return a PNG of RGBA pixels, opaque; a colour that is rare becomes the nearest common one."""
    rgb = np.frombuffer(pixels, np.uint8).reshape(-1, 4)[:, :3].astype(np.uint32)
    packed = rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]
    found, index, counts = np.unique(packed, return_inverse=True, return_counts=True)
    common = np.argsort(-counts, kind="stable")[:_COLOURS]
    palette = _split(found[common])
    nearest = np.empty(len(found), np.uint8)
    for start in range(0, len(found), 4_096):
        some = _split(found[start : start + 4_096]).astype(np.int32)
        distance = ((some[:, None, :] - palette[None, :, :].astype(np.int32)) ** 2).sum(axis=2)
        nearest[start : start + 4_096] = distance.argmin(axis=1)
    rows = nearest[index].reshape(height, width)
    lines = np.concatenate([np.zeros((height, 1), np.uint8), rows], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(kind, data) for kind, data in chunks)


def _split(
    packed: "np.ndarray[tuple[int, ...], np.dtype[np.uint32]]",
) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return np.stack([packed >> 16, packed >> 8 & 0xFF, packed & 0xFF], axis=1).astype(np.uint8)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
