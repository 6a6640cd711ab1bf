"""The smallest archives of tiles (PMTiles version 3) there are: one tile with the world on it."""

import struct
import zlib

_MVT, _PNG = 1, 2
_PLAIN = 1


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _field(number: int, content: bytes | int) -> bytes:
    """Return a field of a protocol buffer: a number, or bytes with their length."""
    if isinstance(content, int):
        return _varint(number << 3) + _varint(content)
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _archive(tile: bytes, kind: int) -> bytes:
    directory = b"".join(_varint(it) for it in (1, 0, 1, len(tile), 1))
    metadata = b"{}"
    start = 127
    places = [start, len(directory), start + len(directory), len(metadata)]
    after = start + len(directory) + len(metadata)
    places += [after, 0, after, len(tile), 1, 1, 1]
    header = b"PMTiles\x03" + struct.pack("<11Q", *places)
    header += bytes([1, _PLAIN, _PLAIN, kind, 0, 0])
    header += struct.pack(
        "<4iB2i", -1_800_000_000, -850_000_000, 1_800_000_000, 850_000_000, 0, 0, 0
    )
    return header + directory + metadata + tile


def world_of_water() -> bytes:
    """Return vector tiles of one layer, `water`, which covers everything."""
    extent, right, left = 4_096, 8_192, 8_191  # zigzag of +4096 and of -4096
    path = [9, 0, 0, 26, right, 0, 0, right, left, 0, 15]
    feature = _field(3, 3) + _field(4, b"".join(_varint(it) for it in path))
    layer = _field(15, 2) + _field(1, b"water") + _field(2, feature) + _field(5, extent)
    return _archive(_field(3, layer), _MVT)


def world_of_pictures() -> bytes:
    """Return picture tiles: a square of one colour."""
    size = 256
    row = b"\x00" + b"\x80\xa0\xb0" * size

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content
            + struct.pack(">I", zlib.crc32(name + content))
        )  # fmt: skip

    head = struct.pack(">2I5B", size, size, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    png += chunk(b"IDAT", zlib.compress(row * size)) + chunk(b"IEND", b"")
    return _archive(png, _PNG)
