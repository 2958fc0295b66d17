"""The cells of one sheet of a workbook, as text, through openpyxl."""

import datetime
import io
import json
import re
import zipfile
from typing import Any

import numpy as np
import openpyxl
from numpy.typing import NDArray

MOST_BYTES = 300_000_000  # of the XML inside
TABLE = 3
HEAD = 40  # rows that are looked at
NUMBER = re.compile(r"[+-]?[\d.,]+(?:[eE][+-]?\d+)? ?%?")
DO = "Save the sheet as CSV, and open that file."


class Refused(Exception):  # noqa: N818 (it is an answer, not a fault)
    """What was found, and what to do."""


def extract(raw: bytes, options: dict[str, Any]) -> dict[str, NDArray[Any]]:
    """As JSON: names of the sheets, the one read, its rows, and how many cells are dates."""
    try:
        _refuse_bombs(raw)
        book = openpyxl.load_workbook(
            io.BytesIO(raw), read_only=True, data_only=True, keep_links=False
        )
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        wanted = options["sheet"]
        names = [wanted] if wanted in sheets else list(sheets)
        rows: list[list[str]] = []
        numbers: list[int] = []
        dates, name, best = 0, "", -1
        for other in names:
            found = _cells(sheets[other], options)
            if (rated := _rated(found[0])) > best:
                name, (rows, numbers, dates), best = other, found, rated
            if rated == TABLE:
                break
    except (Refused, MemoryError):
        raise
    except Exception as error:  # openpyxl raises anything for a damaged file
        raise Refused("The workbook is damaged.", DO) from error
    about = {"sheets": list(sheets), "sheet": name, "rows": rows, "dates": dates}
    about["numbers"] = numbers
    return {"about": np.frombuffer(json.dumps(about).encode(), np.uint8)}


def _refuse_bombs(raw: bytes) -> None:
    """XML that grows: by compression, or by entities."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if sum(member.file_size for member in archive.infolist()) > MOST_BYTES:
            raise Refused("The workbook holds more than 300 MB.", DO)
        for member in archive.infolist():
            if member.filename.lower().endswith((".xml", ".rels")):
                with archive.open(member) as stream:
                    if b"<!DOCTYPE" in stream.read(2_000):
                        raise Refused("The workbook declares XML entities.", DO)


def _cells(
    sheet: Any,  # noqa: ANN401 (openpyxl ships no types)
    options: dict[str, Any],
) -> tuple[list[list[str]], list[int], int]:
    """Rows of text that are not empty, their numbers from 0, and how many cells are dates."""
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    rows: list[list[str]] = []
    numbers: list[int] = []
    cells = dates = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        cells += len(row) + 1
        if cells > options["cells"] or len(row) > options["longest"] + 1:
            raise Refused("The sheet is too large.", "Save it as CSV, or leave out rare taxa.")
        dates += sum(isinstance(value, datetime.date) for value in row)
        if any(value is not None for value in row):
            rows.append([_text(value) for value in row])
            numbers.append(number)
    return rows, numbers, dates


def _rated(rows: list[list[str]]) -> int:
    """How much a sheet is like a table: one of numbers, one of words, a page of words, nothing."""
    if not rows:
        return 0
    if len(rows) < 2 or max(sum(map(bool, row)) for row in rows) < 2:
        return 1
    cells = [cell for row in rows[1:HEAD] for cell in row if cell]
    numbers = sum(NUMBER.fullmatch(cell) is not None for cell in cells)
    return TABLE if numbers > 0.5 * len(cells) else 2


def _text(value: object) -> str:
    """A cell as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.date):
        return value.isoformat().removesuffix("T00:00:00")
    return str(value)
