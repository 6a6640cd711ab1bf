"""The first sheet of a workbook (xlsx) as rows of text; formulas count by their last value."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

_PART_BYTES_MAX: Final = 32_000_000
_COLUMNS_MAX: Final = 200
_COLUMN: Final = re.compile(r"([A-Z]{1,3})\d+")
_WHOLE: Final = re.compile(r"-?\d{1,15}(\.0+)?|-?\d(\.\d+)?E\+?\d{1,2}")
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class NotAWorkbook(ValueError):
    """It is no workbook, or one beyond the bounds."""


def read_workbook(body: bytes, *, rows_max: int) -> list[tuple[int, list[str]]]:
    """Return (number of the row, its cells) of the first sheet.

    Args:
        body: the file.
        rows_max: reading stops after the first row beyond.

    Raises:
        NotAWorkbook: it cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            texts = _shared_texts(book)
            sheet = _part(book, _first_sheet(book))
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, OSError):
        raise NotAWorkbook from None
    found: list[tuple[int, list[str]]] = []
    for row in _named(sheet, "row"):
        number = _number(row.get("r"), found[-1][0] + 1 if found else 1)
        found.append((number, _cells(row, texts)))
        if number > rows_max:
            break
    return found


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isascii() and text.isdecimal() else otherwise


def _part(book: zipfile.ZipFile, name: str) -> Element:
    with book.open(name) as file:
        raw = file.read(_PART_BYTES_MAX + 1)
    if len(raw) > _PART_BYTES_MAX:
        raise NotAWorkbook
    try:
        found: Element = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError):
        raise NotAWorkbook from None
    return found


def _named(element: Element, name: str) -> Iterator[Element]:
    """Yield what is called so, at any depth, whatever its namespace."""
    for it in element.iter():
        if it.tag.rpartition("}")[2] == name:
            yield it


def _first_sheet(book: zipfile.ZipFile) -> str:
    first = next(_named(_part(book, "xl/workbook.xml"), "sheet"), None)
    relations = _part(book, "xl/_rels/workbook.xml.rels")
    for it in _named(relations, "Relationship"):
        if first is not None and it.get("Id") == first.get(_RELATION):
            target = it.get("Target") or ""
            return target[1:] if target.startswith("/") else f"xl/{target}"
    raise NotAWorkbook


def _shared_texts(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    return [_text(it) for it in _named(_part(book, "xl/sharedStrings.xml"), "si")]


def _text(element: Element) -> str:
    """Return a text without how it is to be read aloud (phonetic runs)."""
    spoken = {id(text) for run in _named(element, "rPh") for text in _named(run, "t")}
    return "".join(it.text or "" for it in _named(element, "t") if id(it) not in spoken)


def _cells(row: Element, texts: list[str]) -> list[str]:
    cells: list[str] = []
    for it in _named(row, "c"):
        place = _COLUMN.fullmatch(it.get("r") or "")
        index = len(cells) if place is None else _column(place[1])
        if index >= _COLUMNS_MAX:
            break
        cells += [""] * (index + 1 - len(cells))
        cells[index] = _value(it, texts)
    return cells


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _value(cell: Element, texts: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _text(cell)
    value = next(_named(cell, "v"), None)
    text = "" if value is None else value.text or ""
    if kind == "s":
        index = _number(text, len(texts))
        if index >= len(texts):
            raise NotAWorkbook
        return texts[index]
    # A number of staff or of a telephone is kept as one, and has no fraction.
    if kind == "n" and _WHOLE.fullmatch(text) and float(text).is_integer():
        return str(int(float(text)))
    return text
