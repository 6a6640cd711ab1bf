"""A table from a file as offices keep it: CSV in any usual encoding, or a workbook's first sheet.

It is told by what is in it, not by its name: packed (gzip), a workbook (xlsx), UTF-8, UTF-16 or
GB18030, cells apart by commas, semicolons or tabs.
"""

import csv
import io
import zlib
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from typing import Final, NamedTuple

from coordinator.feeds.workbooks import read_workbook
from schemas.said import Said
from schemas.sentences import faults

UNPACKED_BYTES_MAX: Final = 64_000_000
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_SEPARATORS: Final = (",", ";", "\t")


class Row(NamedTuple):
    """The cells of a row, and the line of the file, or of the sheet, that it ends on."""

    line: int
    cells: list[str]


class BadTable(ValueError):
    """What came is no table; `line` is where it stops being one, None for all of it."""

    def __init__(
        self, said: Said, shown: bytes | int | None = None, line: int | None = None
    ) -> None:
        super().__init__(said.code)
        self.said = said
        self.shown = shown
        self.line = line


def unpacked(body: bytes) -> bytes:
    """Return a file unpacked, where it is packed by gzip.

    Raises:
        BadTable: it is cut short, broken, or far too large.
    """
    if not body.startswith(_GZIP):
        return body
    reader = zlib.decompressobj(wbits=31)
    try:
        found = reader.decompress(body, UNPACKED_BYTES_MAX)
    except zlib.error:
        raise BadTable(faults.NOT_GZIP, body[:20]) from None
    if not reader.eof:
        said = faults.NOT_GZIP if not reader.unconsumed_tail else faults.UNPACKS_TOO_LARGE
        raise BadTable(said, len(body))
    return found


def is_workbook(body: bytes) -> bool:
    return body.startswith(_ZIP)


def read_table(body: bytes, *, rows_max: int) -> list[Row]:
    """Return the rows that say something, from the first on.

    Args:
        body: the file, unpacked.
        rows_max: a file with more lines is refused.

    Raises:
        BadTable: it cannot be read as a table.
    """
    if is_workbook(body):
        try:
            found = [Row(*it) for it in read_workbook(body, rows_max=rows_max)]
        except ValueError:
            raise BadTable(faults.NOT_A_WORKBOOK) from None
    else:
        found = _csv_rows(_text_of(body), rows_max)
    if any(it.line > rows_max for it in found):
        raise BadTable(faults.ROWS_MORE_THAN_TAKEN, rows_max, rows_max + 1)
    return [it for it in found if any(cell.strip() for cell in it.cells)]


def _text_of(body: bytes) -> str:
    if body.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        try:
            return body.decode("utf-16")
        except UnicodeDecodeError:
            raise BadTable(faults.NOT_UTF8, body[:20]) from None
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = body[error.start : error.start + 20]
    try:
        # What Excel saves as CSV in China; it takes in GBK and GB2312.
        return body.decode("gb18030")
    except UnicodeDecodeError:
        raise BadTable(faults.NOT_UTF8, wrong) from None


def _csv_rows(text: str, rows_max: int) -> list[Row]:
    head = text[: text.find("\n") if "\n" in text else len(text)]
    separator = max(_SEPARATORS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    found: list[Row] = []
    try:
        for cells in reader:
            found.append(Row(reader.line_num, cells))
            if reader.line_num > rows_max:
                break
    except csv.Error:
        raise BadTable(faults.NOT_CSV, None, reader.line_num) from None
    return found
