"""Pictures for the docs: what many pixels share stays as it was, what is rare comes close."""

import struct
import zlib

import numpy as np

from tools.small_png import small_png


def _read(png: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    """Return the pixels of a PNG with a palette and no filter."""
    chunks, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (crc,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert crc == zlib.crc32(kind + data)
        chunks[kind], at = data, at + 12 + length
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    lines = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width + 1)
    palette = np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)
    return palette[lines[:, 1:]]


def test_a_picture_of_few_colours_is_kept_to_the_bit() -> None:
    pixels = np.array([[[255, 0, 7], [1, 2, 3]], [[1, 2, 3], [200, 100, 50]]], np.uint8)
    opaque = np.dstack([pixels, np.full((2, 2), 255, np.uint8)])

    assert np.array_equal(_read(small_png(opaque.tobytes(), 2, 2)), pixels)


def test_a_rare_colour_becomes_the_nearest_common_one() -> None:
    common = np.repeat(np.arange(256, dtype=np.uint8), 2)
    pixels = np.zeros((1, 513, 4), np.uint8)
    pixels[0, :512, 0] = common
    pixels[0, 512] = (77, 1, 0, 255)

    found = _read(small_png(pixels.tobytes(), 513, 1))

    assert np.array_equal(found[0, :512, 0], common)
    assert found[0, 512].tolist() == [77, 0, 0]
