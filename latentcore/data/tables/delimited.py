"""Delimited text with samples in rows: CSV, TSV, or semicolons with decimal commas.

    text -> cells -> header, ids, columns of text (metadata), columns of numbers (taxa)

Everything is read as text first, so that the ids NA, 001 and 1E5 survive and a bad cell can be
quoted as it was written.  Rows are counted as a spreadsheet counts them, the header being row 1.
"""

import csv
import io
import re
from collections.abc import Iterator

import numpy as np

from latentcore.data.tables import columns
from latentcore.data.tables.columns import Cells
from latentcore.data.tables.table import Table, TableError
from latentcore.data.unreadable import counted, short

DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons"}
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
WIDEST = 200_000  # columns, or rows where taxa are in rows
MOST_CELLS = 50_000_000
END = "\x01"  # a last row of its own, unless a quotation mark is still open there
csv.field_size_limit(10_000_000)
ONE_COLUMN = "Expected cells separated by commas, tabs or semicolons."


def read(
    raw: bytes, *, label: str | None = None, transpose: bool = False, notes: tuple[str, ...] = ()
) -> Table:
    """Bytes of a delimited text -> Table.  Raises TableError."""
    text, encoding = decode(raw)
    _refuse_other_formats(text)
    delimiter = sniff(text)
    cells, above = parse(text, delimiter)
    said = [*notes, f"Delimited text, {encoding}, cells separated by {DELIMITERS[delimiter]}."]
    if transpose:
        said.append("Rows and columns were swapped, as asked: columns are now taxa.")
    if delimiter != ",":
        changed = _decimal_points(cells, transpose)
        if changed:
            said.append(f"Decimal commas were read as points in {counted(changed, 'column')}.")
    return columns.table(cells, above, label=label, swapped=transpose, notes=said)


def decode(raw: bytes) -> tuple[str, str]:
    """Bytes -> text with plain line ends, and the name of the encoding."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        tries = ("utf-16",)
    else:
        tries = ("utf-8-sig", "cp1252", "latin-1")  # type: ignore[assignment]
    for encoding in tries:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        name = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
        return text.replace("\r\n", "\n").replace("\r", "\n"), name.get(encoding, "Latin-1")
    raise TableError(
        "The file holds bytes that are not text.",
        expected="Expected a text file (CSV or TSV).",
        do="Save or export the table as CSV, and open that file.",
    )


def sniff(text: str) -> str:
    """The delimiter that cuts the first rows into the same number of cells, more than one.

    Taxa names may hold semicolons and decimals commas, so agreement counts before number.
    """
    head = "\n".join(line for line in text[:2_000_000].split("\n") if line.strip())
    best, delimiter = (0.0, 1), ""
    for candidate in DELIMITERS:
        rows = csv.reader(io.StringIO(head), delimiter=candidate)
        try:
            widths = [len(row) for row, _ in zip(rows, range(30), strict=False)]
        except csv.Error:
            continue
        if not widths:
            continue
        body = widths[1:] or widths
        agree = sum(width == widths[0] for width in body) / len(body)
        found = (round(agree, 1), widths[0])
        if max(widths) > 1 and found > best and widths[0] > 1:
            best, delimiter = found, candidate
    if not delimiter:
        raise TableError(
            "Only one column was found.",
            where=f"The first row reads {short(head.split(chr(10))[0], 60)}.",
            expected=ONE_COLUMN,
            do="Export the table as CSV; a label or id alone is not a table.",
        )
    return delimiter


def parse(text: str, delimiter: str) -> tuple[Cells, int]:
    """Text -> cells (rows, columns), and the number of blank rows above the first.

    Cells are stripped; short rows are filled with blanks, long rows and large tables refused.
    """
    top = re.match(r"(?:[ \t]*\n)*", text)
    assert top is not None
    above = top.group().count("\n")
    body = io.StringIO(text[top.end() :].rstrip("\n") + f"\n{END}")
    rows: list[list[str]] = []
    try:
        for row in _fitting(csv.reader(body, delimiter=delimiter), above):
            rows.append([cell.strip() for cell in row])
    except csv.Error as error:
        raise _open_quote() from error
    if rows.pop() != [END]:
        raise _open_quote()
    cells = np.full((len(rows), len(rows[0]) if rows else 0), "", dtype=object)
    for i, row in enumerate(rows):
        cells[i, : len(row)] = row
    return cells, above


def _fitting(rows: Iterator[list[str]], above: int) -> Iterator[list[str]]:
    """The rows, as long as none is longer than the first and they are not too many."""
    width = 0
    for number, row in enumerate(rows, start=1):
        width = width or len(row)
        if len(row) > width:
            raise TableError(
                f"Row {above + number} (sample {short(row[0])}) has {len(row)} cells.",
                expected=f"The header has {width}, and every row should have as many.",
                do="Look for a delimiter inside a name: names that hold one need quotes.",
            )
        samples = number - 1 - (row == [END])
        if max(width, samples) > WIDEST or width * samples > MOST_CELLS:
            raise TableError(
                "The table is too large: "
                + (f"it has {width:,} columns." if width > WIDEST else f"row {number:,} goes on."),
                expected=f"Expected at most {WIDEST:,} rows, {WIDEST:,} columns and "
                f"{MOST_CELLS:,} cells.",
                do="Leave out rare taxa, add them up by genus, or leave out samples.",
            )
        yield row


def _open_quote() -> TableError:
    return TableError(
        "The rows could not be cut into cells: a quotation mark is opened and not closed.",
        expected="Expected every opened quotation mark to be closed on its row.",
        do="Remove stray quotation marks and open the file again.",
    )


def _decimal_points(cells: Cells, swapped: bool) -> int:
    """Turn 0,25 into 0.25 in every cell but the names; the number of columns where one was."""
    changed = set()
    names = {True: (0, 1), False: (1, 0)}[swapped]
    for i in range(names[0], len(cells)):
        for j, cell in enumerate(cells[i]):
            if "," in cell and j >= names[1] and DECIMAL_COMMA.fullmatch(cell):
                cells[i, j] = cell.replace(",", ".")
                changed.add(i if swapped else j)
    return len(changed)


def _refuse_other_formats(text: str) -> None:
    """Text formats that are tables, but not with samples in rows and one header."""
    head = text.lstrip()[:400]
    if head.startswith("{"):
        found, do = "The file is JSON, perhaps BIOM 1.", "Convert it to tab-separated text"
    elif head.startswith("# Constructed from biom"):
        found, do = (
            "The file is a QIIME export with a comment above the header.",
            ("Delete the first line and, as taxa are in rows, choose to swap rows and columns"),
        )
    elif head.startswith("#mpa_"):
        found, do = (
            "The file is a MetaPhlAn profile with a comment above the header.",
            ("Delete the first line and, as taxa are in rows, choose to swap rows and columns"),
        )
    elif head[:1] == "<":
        found, do = "The file is a web page or XML.", "Download the table itself"
    else:
        return
    raise TableError(found, expected="Expected a header row, then one sample a row.", do=f"{do}.")
