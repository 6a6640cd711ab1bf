"""The first sheet of a workbook (xlsx) as rows of text; formulas count by their last value."""

import io
import warnings
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final

_UNPACKED_BYTES_MAX: Final = 64_000_000
_PARTS_MAX: Final = 1_000
_COLUMNS_MAX: Final = 200


class NotAWorkbook(ValueError):
    """It is no workbook, or one beyond the bounds."""


def read_workbook(body: bytes, *, rows_max: int) -> list[tuple[int, list[str]]]:
    """Return (number of the row, its cells) of the first sheet; rows that say nothing are left out.

    Args:
        body: the file.
        rows_max: reading stops after the first row beyond.

    Raises:
        NotAWorkbook: it cannot be read.
    """
    # An eighth of a start, and 30 MB: for who reads a workbook, and for nobody else.
    from openpyxl import load_workbook  # noqa: PLC0415 - slow to import

    _bounded(body)
    try:
        with warnings.catch_warnings():
            # Styles and extensions that are passed over are nobody's concern.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(body), read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            # What a file says of its own size may be wrong, either way.
            sheet.reset_dimensions()
            rows = sheet.iter_rows(max_row=rows_max + 1, max_col=_COLUMNS_MAX, values_only=True)
            return [
                (number, _cells(row))
                for number, row in enumerate(rows, 1)
                if any(it is not None for it in row)
            ]
    except Exception as error:  # noqa: BLE001 - hostile bytes make the library fail in many ways
        raise NotAWorkbook(repr(error)) from None


def _bounded(body: bytes) -> None:
    """Refuse what unpacks to far more than a list of people is; no part is unpacked beyond its
    said size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            parts = book.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise NotAWorkbook(repr(error)) from None
    if len(parts) > _PARTS_MAX or sum(it.file_size for it in parts) > _UNPACKED_BYTES_MAX:
        raise NotAWorkbook("far too large")


def _cells(row: Sequence[object]) -> list[str]:
    texts = [_text(it) for it in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _text(value: object) -> str:
    """Return a cell as a person types it: a day as a day, a whole number without a fraction."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    # A number of staff or of a telephone is kept as one, and has no fraction.
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    return str(value)
